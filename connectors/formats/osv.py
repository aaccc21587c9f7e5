"""One advisory in the OSV schema 1.x made into ours, strictly where a verdict depends on it.

https://ossf.github.io/osv-schema/: fields that we do not use are not looked at, so that newer minor versions pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.contract.context import Advisory, AffectedPackage, VersionRange
from connectors.formats.excerpts import short
from connectors.formats.purls import package_of
from connectors.text import clean, one_line

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{2,120}")
_RANGE_TYPES = ("SEMVER", "ECOSYSTEM", "GIT")
_BOUNDS = ("introduced", "fixed", "last_affected", "limit")
_LONGEST_VERSION = 200


class BadAdvisory(ValueError):
    """What in an entry breaks the schema, and where in it."""


def advisory_of(entry: Any, source: str) -> Advisory:
    """The advisory. Raises BadAdvisory.

    Since OSV 1.7 a distribution's advisory names its CVE in ``upstream``; it counts among the aliases, because that is
    by what a finding and an advisory meet.
    """
    if not isinstance(entry, Mapping):
        raise BadAdvisory("an advisory is a JSON object")
    advisory_id = _identifier(entry.get("id"), "id")
    aliases = [
        _identifier(alias, field)
        for field in ("aliases", "upstream")
        for alias in _list(entry.get(field), field)
        if alias != advisory_id
    ]
    modified = _time(entry.get("modified"), "modified")
    if modified is None:
        raise BadAdvisory("modified is missing; the schema asks for it")
    return Advisory(
        id=advisory_id,
        aliases=tuple(sorted(dict.fromkeys(aliases), key=lambda alias: not alias.startswith("CVE-"))),
        summary=_summary(entry),
        published=_time(entry.get("published"), "published"),
        modified=modified,
        withdrawn=_time(entry.get("withdrawn"), "withdrawn") is not None,
        affected=tuple(_affected(item, i) for i, item in enumerate(_list(entry.get("affected"), "affected"))),
        source=source,
    )


def _summary(entry: Mapping[str, Any]) -> str:
    text = entry.get("summary") or entry.get("details") or ""
    if not isinstance(text, str):
        raise BadAdvisory("summary is not text")
    return clean(text, 2_000)


def _identifier(value: Any, field: str) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadAdvisory(f"{field}: {short(value)} is no advisory id")
    return value


def _list(value: Any, field: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadAdvisory(f"{field} is not a list")
    return value


def _time(value: Any, field: str) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadAdvisory(f"{field}: {short(value)} is no RFC 3339 time") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _affected(item: Any, number: int) -> AffectedPackage:
    place = f"affected/{number}"
    if not isinstance(item, Mapping):
        raise BadAdvisory(f"{place} is not an object")
    ranges = _list(item.get("ranges"), f"{place}/ranges")
    versions = _list(item.get("versions"), f"{place}/versions")
    name, ecosystem, purl = _package(item.get("package"), ranges, place)
    return AffectedPackage(
        name=name,
        ecosystem=ecosystem,
        purl=purl,
        ranges=tuple(_range(written, f"{place}/ranges/{i}") for i, written in enumerate(ranges)),
        versions=tuple(_version(version, f"{place}/versions") for version in versions),
    )


def _package(package: Any, ranges: list[Any], place: str) -> tuple[str, str, str]:
    """(name, ecosystem, purl). Without a package the entry speaks of the upstream repository that its ranges name."""
    if package is None:
        return _repository(ranges), "", ""
    if not isinstance(package, Mapping):
        raise BadAdvisory(f"{place}/package is not an object")
    words = [package.get(field, "") for field in ("name", "ecosystem", "purl")]
    if any(not isinstance(word, str) or len(word) > 2_000 for word in words):
        raise BadAdvisory(f"{place}/package: name, ecosystem and purl are texts")
    name, ecosystem, purl = (clean(word, 2_000) for word in words)
    if purl and not (name and ecosystem):
        try:
            named, belongs = package_of(purl)
        except ValueError as problem:
            raise BadAdvisory(f"{place}/package/purl: {one_line(str(problem))}") from None
        name, ecosystem = name or named, ecosystem or belongs
    if not name:
        raise BadAdvisory(f"{place}/package has no name")
    return name, ecosystem, purl


def _repository(ranges: list[Any]) -> str:
    for written in ranges:
        repo = written.get("repo") if isinstance(written, Mapping) else None
        if isinstance(repo, str):
            return clean(repo.rstrip("/").rpartition("/")[2].removesuffix(".git"), 200)
    return ""


def _range(written: Any, place: str) -> VersionRange:
    if not isinstance(written, Mapping) or written.get("type") not in _RANGE_TYPES:
        raise BadAdvisory(f"{place}/type is none of {', '.join(_RANGE_TYPES)}")
    bounds = []
    for number, event in enumerate(_list(written.get("events"), f"{place}/events")):
        if not isinstance(event, Mapping) or len(event) != 1 or next(iter(event)) not in _BOUNDS:
            raise BadAdvisory(f"{place}/events/{number} is not one of {', '.join(_BOUNDS)} with a version")
        kind, version = next(iter(event.items()))
        bounds.append((kind, _version(version, f"{place}/events/{number}/{kind}")))
    kinds = {kind for kind, _ in bounds}
    if "introduced" not in kinds:
        raise BadAdvisory(f'{place}/events has no "introduced"; write {{"introduced": "0"}} for "from the start"')
    if {"fixed", "last_affected"} <= kinds:
        raise BadAdvisory(f"{place}/events has both fixed and last_affected, which the schema forbids")
    return VersionRange(scheme=written["type"], events=tuple(bounds))


def _version(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value or len(value) > _LONGEST_VERSION or not value.isprintable():
        raise BadAdvisory(f"{place}: {short(value)} is no version")
    return value
