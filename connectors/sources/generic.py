"""Anything that can post JSON: our own simple shape, or any other by a mapping of JMESPath expressions.

Our shape is one object, a list of them, or ``{"findings": [...]}``; its keys are those of ``FIELDS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.simple import FIELDS, read_simple
from connectors.quarantine import each, set_aside
from connectors.signing import bearer, standard_webhooks
from connectors.text import one_line
from connectors.wild import Unreadable, Wild

ID = "generic"
ITEMS = "items"  # the mapping's own word: where the list of findings lies


def check_mapping(mapping: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping, in words for the start: a field nobody knows, an expression that is no JMESPath."""
    wrong = [f"{name}: no such field; there are {ITEMS}, {', '.join(FIELDS)}" for name in mapping if name not in _NAMES]
    for name, expression in mapping.items():
        try:
            jmespath.compile(expression)
        except JMESPathError as error:
            wrong.append(f"{name}: {expression!r} is no JMESPath expression: {one_line(str(error))}")
    return wrong


_NAMES = frozenset({ITEMS, *FIELDS})


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """Our own shape, or through ``options.mapping``. An expression that fails on a record sets that record aside."""
    body = Wild(opened.body, opened.pointer)
    if not options.mapping:
        return each(_our_records(body), _read)
    return _mapped(body, options.mapping)


def _our_records(body: Wild) -> Iterator[Wild]:
    if isinstance(body.value, list):
        return body.items()
    held = body.value if isinstance(body.value, dict) else {}
    if isinstance(held.get("findings"), list):
        return body.items("findings")
    if "title" in held:
        return iter([body])
    raise UnknownShape("neither our own shape (a title, a rule, a resource) nor is a mapping configured for it")


@lru_cache(maxsize=512)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def _mapped(body: Wild, mapping: Mapping[str, str]) -> Iterator[Record]:
    try:
        records = _search(mapping[ITEMS], body) if ITEMS in mapping else body.value
    except Unreadable as error:
        raise UnknownShape(error.reason) from None
    listed = records if isinstance(records, list) else [records]
    if records is None or records == []:
        raise UnknownShape(f"the mapping's {ITEMS} finds nothing in it")
    for number, value in enumerate(listed):
        record = Wild(value, body.pointer(), number) if isinstance(records, list) else body
        try:
            yield from tuple(_read(Wild(_as_ours(record, mapping), record.pointer())))
        except Unreadable as error:
            yield set_aside(error, record)


def _search(expression: str, record: Wild) -> Any:
    try:
        return _compiled(expression).search(record.value)
    except JMESPathError as error:
        raise record.bad(f"the mapping's expression {expression!r} fails here: {one_line(str(error))}") from None


def _as_ours(record: Wild, mapping: Mapping[str, str]) -> dict[str, Any]:
    """One record in our own shape."""
    ours: dict[str, Any] = {"resource": {}}
    for name, expression in mapping.items():
        if name != ITEMS:
            inside, _, key = name.rpartition(".")
            (ours["resource"] if inside else ours)[key] = _search(expression, record)
    return ours


def _read(told: Wild) -> Iterator[Finding]:
    return read_simple(ID, told)


SOURCE = Source(
    id=ID,
    title="Any tool that can post JSON",
    family=Family.ANY,
    arrives="any JSON",
    says_gone="`status`",
    vendor_docs="https://www.standardwebhooks.com",
    verifiers=(standard_webhooks(), bearer()),
    parse=parse,
    envelopes=("cloudevents", "ndjson"),
    docs=(
        "Post JSON to this address, signed by Standard Webhooks (a secret whsec_…) or with Authorization: Bearer and "
        "the secret. Either send our own shape (title, severity, rule and resource.id are enough), or say under "
        "mapping where each field lies in yours, as JMESPath expressions; items is where the list of findings lies."
    ),
)
