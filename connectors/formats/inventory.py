"""The rules of an inventory, whatever file it comes in: rows in, asset records out, or every mistake at once.

Nothing is half-loaded: one wrong row and no record is returned, because an asset with a wrong owner or tier sends a
case to the wrong people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.contract.context import AssetRecord, Component, Exposure, LinkKind
from connectors.formats.purls import component_of
from connectors.text import one_line

LINKS: Mapping[str, LinkKind] = {
    "runs_on": LinkKind.RUNS_ON,
    "exposed_by": LinkKind.EXPOSED_BY,
    "depends_on": LinkKind.DEPENDS_ON,
}
TEXTS = ("name", "environment", "owner", "account", "type", "patch", "template")
LISTS = ("identifiers", *LINKS, "components")
FIELDS = ("id", "name", "identifiers", "environment", "tier", "exposure", "owner", "account", "type", *LINKS)
FIELDS += ("patch", "template", "tags", "components")

_ID = re.compile(r"\S{1,500}")
_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: in which file, on which line (from 1; 0 = the whole file), in which field, and what to do."""

    file: str
    line: int
    field: str  # "" = the row itself
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field + ': ' if self.field else ''}{self.what}; {self.remedy}"


class InventoryRefused(Exception):
    """The inventory has mistakes and none of it was taken. ``problems`` holds every one, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = f"{len(self.problems)} mistake{'s' if len(self.problems) != 1 else ''} in the inventory"
        super().__init__("\n".join([f"{count}; nothing was loaded", *map(str, self.problems)]))


@dataclass(frozen=True, slots=True)
class Row:
    """One asset as written: strings, lists of strings (LISTS), a mapping (``tags``) and an integer (``tier``)."""

    file: str
    line: int
    fields: Mapping[str, Any]

    def problem(self, field: str, what: str, remedy: str) -> Problem:
        return Problem(self.file, self.line, field, what, remedy)


def build(
    rows: Iterable[Row], problems: Iterable[Problem] = (), read_at: datetime | None = None
) -> tuple[AssetRecord, ...]:
    """The records of all rows, which may come from several files: identifiers are unique and links known over all.

    ``problems`` are those the reader of the file has met already. Raises InventoryRefused.
    """
    rows = tuple(rows)
    found = list(problems)
    records = [_record(row, read_at, found) for row in rows]
    _check_identifiers(rows, records, found)
    _check_links(rows, records, found)
    if found:
        raise InventoryRefused(sorted(found, key=lambda problem: (problem.file, problem.line)))
    return tuple(records)


def _record(row: Row, read_at: datetime | None, found: list[Problem]) -> AssetRecord:
    for field in row.fields:
        if field not in FIELDS:
            found.append(row.problem(one_line(field, 60), "no such field", f"use one of {', '.join(FIELDS)}"))
    asset_id = _id(row, found)
    texts = {field: _text(row, field, found) for field in TEXTS}
    lists = {field: _list(row, field, found) for field in LISTS}
    return AssetRecord(
        id=asset_id,
        name=texts["name"] or asset_id,
        identifiers=tuple(dict.fromkeys((asset_id, *lists["identifiers"]))),
        environment=texts["environment"],
        tier=_tier(row, found),
        exposure=_exposure(row, found),
        owner=texts["owner"],
        account=texts["account"],
        type=texts["type"],
        links=tuple((kind, other) for field, kind in LINKS.items() for other in lists[field]),
        patch=texts["patch"],
        template=texts["template"],
        tags=_tags(row, found),
        components=_components(row, lists["components"], found),
        source=row.file,
        read_at=read_at,
    )


def _id(row: Row, found: list[Problem]) -> str:
    asset_id = row.fields.get("id")
    if isinstance(asset_id, str) and _ID.fullmatch(asset_id) and asset_id.isprintable():
        return asset_id
    found.append(row.problem("id", "missing, or has spaces", "give each asset one id without spaces"))
    return ""


def _text(row: Row, field: str, found: list[Problem]) -> str:
    text = row.fields.get(field, "")
    if not isinstance(text, str):
        found.append(row.problem(field, "is not text", "write it as one string"))
        return ""
    if len(text) > _LONGEST_TEXT or not text.isprintable():
        found.append(row.problem(field, "is too long or not one plain line", f"at most {_LONGEST_TEXT} characters"))
        return ""
    return text.strip()


def _list(row: Row, field: str, found: list[Problem]) -> tuple[str, ...]:
    words = row.fields.get(field, ())
    if not isinstance(words, list | tuple) or any(not isinstance(word, str) for word in words):
        found.append(row.problem(field, "is not a list of strings", 'write it as ["one", "two"]'))
        return ()
    bad = [word for word in words if not word.strip() or not word.isprintable()]
    if bad:
        found.append(
            row.problem(field, f"holds {one_line(repr(bad[0]), 80)}", "leave out what is empty or unprintable")
        )
    return tuple(dict.fromkeys(word.strip() for word in words if word not in bad))


def _tier(row: Row, found: list[Problem]) -> int | None:
    tier = row.fields.get("tier")
    if tier is None or (isinstance(tier, int) and not isinstance(tier, bool) and 1 <= tier <= 4):
        return tier
    remedy = "write 1 (the business stops), 2, 3 or 4 (nobody notices), or leave it out"
    found.append(row.problem("tier", f"{one_line(repr(tier), 60)} is no tier", remedy))
    return None


def _exposure(row: Row, found: list[Problem]) -> Exposure:
    exposure = row.fields.get("exposure", "")
    if exposure == "":
        return Exposure.UNKNOWN
    if exposure in list(Exposure):
        return Exposure(exposure)
    what = f"{one_line(repr(exposure), 60)} is no exposure"
    found.append(row.problem("exposure", what, f"write {', '.join(Exposure)}, or leave it out"))
    return Exposure.UNKNOWN


def _tags(row: Row, found: list[Problem]) -> Mapping[str, str]:
    tags = row.fields.get("tags", {})
    if isinstance(tags, Mapping) and all(isinstance(v, str) and k for k, v in tags.items()):
        return dict(tags)
    found.append(
        row.problem("tags", "is not a list of names with a text each", "write name=text, or an object of texts")
    )
    return {}


def _components(row: Row, purls: Sequence[str], found: list[Problem]) -> tuple[Component, ...]:
    components = []
    for purl in purls:
        try:
            components.append(component_of(purl))
        except ValueError as problem:
            what = f"{one_line(purl, 120)!r} is no package URL with a version: {one_line(str(problem), 200)}"
            found.append(
                row.problem("components", what, "write pkg:deb/debian/openssl@1.0.1e-2%2Bdeb7u5?distro=wheezy")
            )
    return tuple(components)


def _check_identifiers(rows: Sequence[Row], records: Sequence[AssetRecord], found: list[Problem]) -> None:
    """Tools write one name in several cases (host names, ARNs of resource groups), so case does not tell two apart."""
    owners: dict[str, Row] = {}
    for row, record in zip(rows, records, strict=True):
        for identifier in record.identifiers:
            first = owners.setdefault(identifier.casefold(), row)
            if identifier and first is not row:
                field = "id" if identifier == record.id else "identifiers"
                what = f"{one_line(identifier, 120)!r} is also a name of the asset at {first.file}:{first.line}"
                found.append(row.problem(field, what, "a name leads to one asset only: take it off one of them"))


def _check_links(rows: Sequence[Row], records: Sequence[AssetRecord], found: list[Problem]) -> None:
    known = {record.id for record in records}
    names = {kind: field for field, kind in LINKS.items()}
    for row, record in zip(rows, records, strict=True):
        for kind, other in record.links:
            if other == record.id:
                found.append(row.problem(names[kind], "links the asset to itself", "name another asset, or none"))
            elif other not in known:
                what = f"no asset has the id {one_line(other, 120)!r}"
                found.append(row.problem(names[kind], what, "add that asset, or correct the id"))
