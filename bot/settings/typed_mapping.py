"""A mapping as a person typed it into the console: a piece of config/sources.yaml, read as strictly as the file is."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from bot.settings.yaml_lines import Scalar, Table, read_yaml

LONGEST = 8_000
_AROUND = ("sources", "generic", "mapping")  # may stand around the fields, as in the file
_FILE = "the mapping"


class NotAMapping(ValueError):
    """What is wrong with it, for a person."""


def typed_mapping(text: str) -> Mapping[str, str]:
    """Field to expression. Raises NotAMapping."""
    if len(text) > LONGEST:
        raise NotAMapping(f"longer than {LONGEST} characters")
    _refuse_nesting(text)
    table, problems = read_yaml(text, _FILE)
    if problems:
        raise NotAMapping(str(problems[0]))
    for name in _AROUND:
        inside = table.entries.get(name)
        if isinstance(inside, Table) and len(table.entries) == 1:
            table = inside
    found = {}
    for name, node in table.entries.items():
        if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value.strip():
            raise NotAMapping(f"{_FILE}:{node.line}: {name[:60]}: expected a JMESPath expression")
        found[name] = node.value
    if not found:
        raise NotAMapping("no field is there; write one a line, such as title: name")
    return found


def _refuse_nesting(text: str) -> None:
    """Before anything is built of it: neither lists, nor aliases that could multiply, nor tables within tables."""
    deep = 0
    try:
        for each in yaml.parse(text, Loader=yaml.SafeLoader):
            deep += isinstance(each, yaml.MappingStartEvent)
            deep -= isinstance(each, yaml.MappingEndEvent)
            if isinstance(each, yaml.AliasEvent | yaml.SequenceStartEvent) or deep > len(_AROUND) + 1:
                line = each.start_mark.line + 1 if each.start_mark else 1
                raise NotAMapping(f"{_FILE}:{line}: expected a field and a JMESPath expression")
    except yaml.YAMLError as error:
        raise NotAMapping(f"not valid YAML: {str(error).splitlines()[0]}") from None
