"""One CloudEvent whose data is a finding in our shape, or is mapped to it.

Rules: CloudEvents 1.0 and its HTTP protocol binding. What the data leaves out, the attributes say: ``type`` is the
rule, ``subject`` the resource, ``time`` when it was seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Quarantined, Record
from connectors.contract.source import Headers, Opened
from connectors.formats.mapping import ours_or_mapped
from connectors.formats.simple import read_simple
from connectors.quarantine import excerpt
from connectors.wild import Wild

ATTRIBUTES = ("id", "source", "type", "subject", "time", "specversion")


def attributes_of(headers: Headers) -> dict[str, str]:
    """The attributes of an event in binary mode: they are headers, and the body is the data."""
    return {name: headers[f"ce-{name}"] for name in ATTRIBUTES if f"ce-{name}" in headers}


def read_event(source: str, mapping: Mapping[str, str], event: Mapping[str, Any], one: Opened) -> Iterator[Record]:
    """The findings of the data, which is ``one``, of an ``event``. Raises UnknownShape."""
    return ours_or_mapped(Wild(one.body, one.pointer), mapping, partial(_read, source, event))


def read_patiently(source: str, mapping: Mapping[str, str], event: Mapping[str, Any], one: Opened) -> Iterator[Record]:
    """The same for one of a batch: where nobody knows the shape of its data, it alone is set aside."""
    try:
        yield from tuple(read_event(source, mapping, event, one))
    except UnknownShape as error:
        yield Quarantined(one.pointer, f"nobody knows this shape: {error}", excerpt(one.body))


def _read(source: str, event: Mapping[str, Any], told: Wild) -> Iterator[Finding]:
    if not isinstance(told.value, dict):
        raise told.wrong("an object", told.value)
    own = {name: held for name, held in told.value.items() if held is not None}
    if not (own.get("rule") or own.get("cve")):
        own["rule"] = event.get("type")
    own.setdefault("observed_at", event.get("time"))
    resource = own.get("resource")
    if not resource or (isinstance(resource, dict) and not resource.get("id")):
        own["resource"] = {**(resource or {}), "id": event.get("subject")}
    return read_simple(source, Wild(own, told.pointer()))
