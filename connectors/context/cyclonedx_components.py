"""The components that a CycloneDX bill of materials lists, and what asset the bill is about.

JSON, versions 1.4 to 1.6 (https://cyclonedx.org/docs/1.6/json/), streamed: a bill may hold a million components.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

import ijson

from connectors.contract.context import Component
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Quarantined
from connectors.formats.cyclonedx import identifiers_of, with_told_source
from connectors.formats.excerpts import excerpt, short
from connectors.formats.purls import component_of
from connectors.text import clean, one_line

SPEC_VERSIONS = ("1.4", "1.5", "1.6")
_PACKAGES = frozenset({"library", "framework", "application"})  # types of which a purl is to be expected
_HEAD = ("bomFormat", "specVersion", "metadata.timestamp")
_SUBJECT = "metadata.component"
_SUBJECT_FIELDS = ("type", "name", "version", "purl", "bom-ref")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a bill is about: ``metadata.component``. ``identifiers``: the names an inventory may have it under."""

    name: str = ""
    version: str = ""  # of an image, often its digest
    type: str = ""  # CycloneDX's word: container, operating-system, application …
    purl: str = ""
    identifiers: tuple[str, ...] = ()
    seen_at: datetime | None = None  # when the bill was made


def read(stream: IO[bytes]) -> tuple[Subject, Iterator[Component | Quarantined]]:
    """The subject of a bill and its components, nested ones too; the stream is seekable and read twice.

    A ``Quarantined`` stands for one package that no advisory can be matched with, or that is broken. Raises
    NotThisFormat when it is not JSON or breaks off (while iterating, too), and UnknownShape when it is JSON but not
    CycloneDX of these versions.
    """
    head = _head(stream)
    if head.get("bomFormat") != "CycloneDX":
        raise UnknownShape('not CycloneDX: no "bomFormat": "CycloneDX"')
    if head.get("specVersion") not in SPEC_VERSIONS:
        found = short(head.get("specVersion"))
        raise UnknownShape(f"CycloneDX {found} is not read; export the bill as one of {', '.join(SPEC_VERSIONS)}")
    subject = _subject(head)
    stream.seek(0)
    return subject, _components(stream, subject.seen_at)


def _head(stream: IO[bytes]) -> dict[str, str]:
    """The scalars that say what this is, wherever they stand in the document.

    Without ``use_float`` ijson's C parser crashes the process at a whole number of 4,300 digits.
    """
    wanted = {*_HEAD, *(f"{_SUBJECT}.{field}" for field in _SUBJECT_FIELDS)}
    try:
        return {
            prefix: value
            for prefix, event, value in ijson.parse(stream, use_float=True)
            if event == "string" and prefix in wanted and len(value) <= 2_000
        }
    except (ijson.JSONError, UnicodeDecodeError) as problem:
        raise NotThisFormat(f"the JSON cannot be read: {one_line(str(problem))}") from None


def _subject(head: Mapping[str, str]) -> Subject:
    fields = {field: clean(head.get(f"{_SUBJECT}.{field}", "")) for field in _SUBJECT_FIELDS}
    name, version, purl = fields["name"], fields["version"], fields["purl"]
    return Subject(
        name=name,
        version=version,
        type=fields["type"],
        purl=purl,
        identifiers=identifiers_of(name, version, purl, fields["bom-ref"]),
        seen_at=_time(head.get("metadata.timestamp", "")),
    )


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _components(stream: IO[bytes], seen_at: datetime | None) -> Iterator[Component | Quarantined]:
    try:
        for number, entry in enumerate(ijson.items(stream, "components.item", use_float=True)):
            yield from _with_nested(entry, f"/components/{number}", seen_at)
    except (ijson.JSONError, UnicodeDecodeError) as problem:
        raise NotThisFormat(f"the JSON breaks off: {one_line(str(problem))}") from None


def _with_nested(entry: Any, pointer: str, seen_at: datetime | None) -> Iterator[Component | Quarantined]:
    """A component and those inside it, without recursion: how deep they nest is up to whoever wrote the bill."""
    waiting = [(entry, pointer)]
    while waiting:
        entry, pointer = waiting.pop()
        found = _component(entry, pointer, seen_at)
        if found is not None:
            yield found
        inner = entry.get("components") if isinstance(entry, Mapping) else None
        if isinstance(inner, list):
            waiting += [(inner[i], f"{pointer}/components/{i}") for i in reversed(range(len(inner)))]


def _component(entry: Any, pointer: str, seen_at: datetime | None) -> Component | Quarantined | None:
    """None: a file, a device, an operating system: nothing that advisories are about."""
    if not isinstance(entry, Mapping):
        return Quarantined(pointer, "a component is an object", excerpt(entry))
    purl = entry.get("purl")
    if isinstance(purl, str) and purl:
        try:
            return component_of(with_told_source(clean(purl, 2_001), entry.get("properties")), seen_at)
        except ValueError as problem:
            return Quarantined(pointer, f"purl: {one_line(str(problem))}", excerpt(entry))
    if entry.get("type") in _PACKAGES:
        name = short(entry.get("name", ""))
        return Quarantined(pointer, f"{name} has no purl, so no advisory can be matched with it")
    return None
