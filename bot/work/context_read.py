"""Reading the lists of context from files and addresses: bytes in, records out. Nothing is stored here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import structlog

from connectors.context import (
    cyclonedx_components,
    epss,
    inventory_csv,
    inventory_json,
    known_exploited,
    osv_advisories,
)
from connectors.context.fetch import Feed, open_feed
from connectors.contract.context import Component
from connectors.contract.finding import Quarantined
from connectors.formats.inventory import Problem, Row, build

log = structlog.get_logger()


def hosts_of(locations: Sequence[str]) -> frozenset[str]:
    return frozenset(urlsplit(each).hostname or "" for each in locations if "://" in each)


def shown(location: str) -> str:
    """A location as people may see it: a file's name, or the host; never what else a URL holds."""
    return urlsplit(location).hostname or location if "://" in location else Path(location).name


def _feed(name: str) -> Feed:
    return Feed[name.upper()]


def digest_of(name: str, locations: Sequence[str], hosts: frozenset[str]) -> str:
    """Over all bytes of all locations, so that an unchanged list is not written again."""
    digest = hashlib.sha256()
    for location in locations:
        if "://" not in location and Path(location).is_dir():
            for path in sorted(Path(location).rglob("*.json")):
                digest.update(path.read_bytes())
            continue
        with open_feed(_feed(name), location, hosts=hosts) as stream:
            while piece := stream.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()


def good(records: Iterator[Any]) -> list[Any]:
    """The readable entries; the others are logged with their place and reason."""
    good = []
    for record in records:
        if isinstance(record, Quarantined):
            log.warning("an entry of a list could not be read", pointer=record.pointer, problem=record.reason)
        else:
            good.append(record)
    return good


def read_inventory(locations: Sequence[str], hosts: frozenset[str], now: Any) -> Any:
    rows: list[Row] = []
    problems: list[Problem] = []
    with ExitStack() as opened:
        for location in locations:
            stream: IO[bytes] = opened.enter_context(open_feed(Feed.INVENTORY, location, hosts=hosts))
            module = inventory_json if location.split("?")[0].endswith(".json") else inventory_csv
            found, wrong = module.read_rows(stream, shown(location))
            rows += found
            problems += wrong
    return build(rows, problems=problems, read_at=now)


def read_known_exploited(location: str, hosts: frozenset[str]) -> list[Any]:
    with open_feed(Feed.KNOWN_EXPLOITED, location, hosts=hosts) as stream:
        return good(known_exploited.read(stream))


def read_epss(location: str, hosts: frozenset[str]) -> list[Any]:
    with open_feed(Feed.EPSS, location, hosts=hosts) as stream:
        return good(epss.read(stream))


def read_components(location: str, hosts: frozenset[str]) -> tuple[cyclonedx_components.Subject, list[Component]]:
    with open_feed(Feed.COMPONENTS, location, hosts=hosts) as stream:
        subject, components = cyclonedx_components.read(stream)
        return subject, good(components)


def read_advisories(locations: Sequence[str], hosts: frozenset[str]) -> list[Any]:
    found: list[Any] = []
    for location in locations:
        if "://" not in location and Path(location).is_dir():
            found += good(osv_advisories.read_folder(Path(location), shown(location)))
            continue
        with open_feed(Feed.ADVISORIES, location, hosts=hosts) as stream:
            found += good(osv_advisories.read(stream, shown(location)))
    return found
