"""YAML with the line of each value, by YAML 1.2's core rules: ``no`` is a word here, and 012 a number, not an octal.

PyYAML composes the nodes; what a plain word means is decided here, so that ``automatable: no`` cannot become ``False``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from bot.settings.problems import Problem

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value; ``text`` is as it was written, whatever it means."""

    line: int
    value: str | int | float | bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Items:
    line: int
    items: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    line: int
    entries: Mapping[str, Node] = field(default_factory=dict)
    key_lines: Mapping[str, int] = field(default_factory=dict)


Node = Scalar | Items | Table


def read_yaml(text: str, file: str) -> tuple[Table, list[Problem]]:
    """One file as a table and what is wrong with it as YAML: bad syntax, a key twice, a value that contains itself."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        return Table(1), [Problem(file, line, "", f"not valid YAML: {error.problem or error.context}")]
    except yaml.YAMLError as error:
        return Table(1), [Problem(file, 0, "", f"not valid YAML: {str(error).splitlines()[0]}")]
    problems: list[Problem] = []
    node = _Converter(file, problems).convert(root, "") if root else Table(1)
    if isinstance(node, Scalar) and node.value is None:
        node = Table(node.line)
    if not isinstance(node, Table):
        problems.append(Problem(file, node.line, "", "expected keys and values at the top level"))
        return Table(1), problems
    return node, problems


class _Converter:
    def __init__(self, file: str, problems: list[Problem]) -> None:
        self._file = file
        self._problems = problems
        self._open: set[int] = set()  # nodes being converted: an alias to one of them would never end

    def convert(self, node: yaml.Node, path: str) -> Node:
        line = node.start_mark.line + 1
        if id(node) in self._open:
            self._problems.append(Problem(self._file, line, path, "refers to itself", "remove the alias"))
            return Scalar(line, None, "")
        if isinstance(node, yaml.ScalarNode):
            return Scalar(line, _meaning(node), node.value)
        self._open.add(id(node))
        converted: Node
        if isinstance(node, yaml.SequenceNode):
            items = (self.convert(item, f"{path}[{index}]") for index, item in enumerate(node.value))
            converted = Items(line, tuple(items))
        else:
            converted = self._table(node, line, path)
        self._open.discard(id(node))
        return converted

    def _table(self, node: yaml.Node, line: int, path: str) -> Table:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key, key_line = str(key_node.value), key_node.start_mark.line + 1
            place = f"{path}.{key}" if path else key
            if not isinstance(key_node, yaml.ScalarNode):
                self._problems.append(Problem(self._file, key_line, path, "a key must be a word"))
                continue
            if key in entries:
                remedy = f"the first is on line {lines[key]}"
                self._problems.append(Problem(self._file, key_line, place, "the same key twice", remedy))
                continue
            entries[key], lines[key] = self.convert(value_node, place), key_line
        return Table(line, entries, lines)


def _meaning(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.style is not None:  # quoted or a block: always text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _NUMBER.match(text) else text
