"""Learning about the world on a schedule: each list is read whole; one that cannot be read leaves the old one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import context_load as load
from bot.store.findings import chunks
from bot.store.tables import finding
from bot.triage.retriage import open_findings, retriage
from bot.triage.rules import rules_of
from bot.wiring import Wiring
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
from connectors.contract.failure import NeedsHuman, NotThisFormat, Retriable, UnknownShape
from connectors.contract.finding import Quarantined
from connectors.formats.inventory import InventoryRefused, Problem, Row, build

log = structlog.get_logger()

REFRESH = "context.refresh"
ASSETS = "retriage.assets"
PROBLEMS = "retriage.problems"
_A_LITTLE = 5.0  # seconds; longer than an alert's transaction takes
_AT_ONCE = 500  # findings a transaction
_UNREADABLE = (NeedsHuman, Retriable, NotThisFormat, UnknownShape, InventoryRefused)
T = TypeVar("T")


def register(wiring: Wiring) -> None:
    """The work of this file, by name."""
    context = ContextWork(wiring)
    hours = max(1, min(23, round(wiring.settings.context.refresh.total_seconds() / 3600)))
    wiring.engine.register(REFRESH, context.refresh, schedule=f"10 5 */{hours} * * *")
    wiring.engine.register(ASSETS, context.assets)
    wiring.engine.register(PROBLEMS, context.problems)
    wiring.engine.register("retriage.case", context.case)


class ContextWork:
    """Reads the lists of config/suture.yaml and lets open findings know."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._files = wiring.settings.context
        self._rules = rules_of(wiring.settings, wiring.fixes)

    async def refresh(self) -> None:
        """Every configured list; one that fails does not stop the others."""
        files = self._files
        hosts = _hosts((*files.inventory, *files.components, *files.advisories, files.known_exploited, files.epss))
        if files.inventory:
            await self._try("inventory", files.inventory, self._inventory, hosts)
        if files.components:
            # A bill of materials belongs to an asset: with a new inventory it may find its own.
            await self._try("components", files.components, self._components, hosts, besides=files.inventory)
        if files.advisories:
            await self._try("advisories", files.advisories, self._advisories, hosts)
        if files.known_exploited:
            await self._try("known_exploited", (files.known_exploited,), self._known_exploited, hosts)
        if files.epss:
            await self._try("epss", (files.epss,), self._epss, hosts)

    async def _try(
        self,
        name: str,
        locations: Sequence[str],
        read: Callable[..., Any],
        hosts: frozenset[str],
        besides: Sequence[str] = (),
    ) -> None:
        """Read one list unless it, and what it depends on ``besides``, is as it was.

        When it cannot be read the old one is kept, and it is said why.
        """
        shown = ", ".join(_shown(each) for each in locations)
        problem, entries, digest = "", 0, ""
        try:
            digest = await asyncio.to_thread(_digest, name, (*locations, *besides), hosts)
            async with self._wiring.store.read() as connection:
                if digest and await load.digest_of(connection, name) == digest:
                    return
            entries = await read(locations, hosts)
        except _UNREADABLE as failure:
            problem = str(failure)[:2000]
            log.warning("a list of context could not be read", list=name, location=shown, problem=problem)
        async with self._wiring.store.write() as connection:
            now = self._wiring.clock()
            await load.remember_read(
                connection, name, location=shown, entries=entries, digest=digest, problem=problem, at=now
            )

    async def _inventory(self, locations: Sequence[str], hosts: frozenset[str]) -> int:
        now = self._wiring.clock()
        assets = await asyncio.to_thread(_read_inventory, locations, hosts, now)
        async with self._wiring.store.write() as connection:
            changed = await load.write_inventory(connection, assets, now)
            names = sorted({n for a in assets if a.id in changed for n in (a.id, a.name, *a.identifiers)})
            await self._look_again(connection, ASSETS, [sorted(changed), names])
        await self.assets(sorted(changed), names)
        return len(assets)

    async def _components(self, locations: Sequence[str], hosts: frozenset[str]) -> int:
        found = [await asyncio.to_thread(_read_components, each, hosts) for each in locations]
        count = 0
        async with self._wiring.store.write() as connection:
            for location, (subject, components) in zip(locations, found, strict=True):
                names = (subject.name, subject.purl, *subject.identifiers)
                asset = await load.asset_named(connection, names)
                if not asset:
                    log.warning("components of an asset the inventory does not know", asset=subject.name)
                    continue
                await load.write_components(connection, asset, components, self._wiring.clock(), source=location)
                count += len(components)
        return count

    async def _advisories(self, locations: Sequence[str], hosts: frozenset[str]) -> int:
        found = await asyncio.to_thread(_read_advisories, locations, hosts)
        async with self._wiring.store.write() as connection:
            await load.write_advisories(connection, found, self._wiring.clock())
        return len(found)

    async def _known_exploited(self, locations: Sequence[str], hosts: frozenset[str]) -> int:
        def read() -> list[Any]:
            with open_feed(Feed.KNOWN_EXPLOITED, locations[0], hosts=hosts) as stream:
                return _good(known_exploited.read(stream))

        entries = await asyncio.to_thread(read)
        async with self._wiring.store.write() as connection:
            changed = sorted(await load.write_known_exploited(connection, entries))
            await self._look_again(connection, PROBLEMS, [changed])
        await self.problems(changed)
        return len(entries)

    async def _epss(self, locations: Sequence[str], hosts: frozenset[str]) -> int:
        def read() -> list[Any]:
            with open_feed(Feed.EPSS, locations[0], hosts=hosts) as stream:
                return _good(epss.read(stream))

        scores = await asyncio.to_thread(read)
        threshold = self._wiring.settings.priority.epss_threshold
        changed = sorted(await load.write_scores(self._wiring.store, scores, threshold))
        async with self._wiring.store.write() as connection:
            await self._look_again(connection, PROBLEMS, [changed])
        await self.problems(changed)
        return len(scores)

    async def _look_again(self, connection: AsyncConnection, name: str, arguments: Sequence[Any]) -> None:
        """Once more a little later: what is being written right now has not seen what we learned, nor we it."""
        if any(arguments):
            await self._wiring.engine.enqueue(connection, name, *arguments, delay=_A_LITTLE)

    async def assets(self, assets: Sequence[str], names: Sequence[str] = ()) -> None:
        """Findings of these assets, and of resources of these names, run through the stages again."""
        ids: list[int] = []
        async with self._wiring.store.read() as connection:
            for piece in chunks(list(assets)):
                ids += await open_findings(connection, finding.c.asset.in_(list(piece)))
            for piece in chunks(list(names)):
                ids += await open_findings(connection, finding.c.resource.in_(list(piece)))
        await self._again(ids)

    async def problems(self, problems: Sequence[str]) -> None:
        """Findings of these problems run through the stages again."""
        ids: list[int] = []
        async with self._wiring.store.read() as connection:
            for piece in chunks(list(problems)):
                ids += await open_findings(connection, finding.c.problem.in_(list(piece)))
        await self._again(ids)

    async def case(self, case_id: int) -> None:
        """Findings of one case run through the stages again."""
        async with self._wiring.store.read() as connection:
            ids = await open_findings(connection, finding.c.case_id == case_id)
        await self._again(ids)

    async def _again(self, finding_ids: Sequence[int]) -> None:
        for piece in chunks(sorted(set(finding_ids)), _AT_ONCE):
            async with self._wiring.store.write() as connection:
                await retriage(connection, piece, self._rules, self._wiring.engine, self._wiring.clock())


def _hosts(locations: Sequence[str]) -> frozenset[str]:
    return frozenset(urlsplit(each).hostname or "" for each in locations if "://" in each)


def _shown(location: str) -> str:
    """A location as people may see it: a file's name, or the host; never what else a URL holds."""
    return urlsplit(location).hostname or location if "://" in location else Path(location).name


def _feed(name: str) -> Feed:
    return Feed[name.upper()]


def _digest(name: str, locations: Sequence[str], hosts: frozenset[str]) -> str:
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


def _good(records: Iterator[Any]) -> list[Any]:
    """The readable entries; the others are logged with their place and reason."""
    good = []
    for record in records:
        if isinstance(record, Quarantined):
            log.warning("an entry of a list could not be read", pointer=record.pointer, problem=record.reason)
        else:
            good.append(record)
    return good


def _read_inventory(locations: Sequence[str], hosts: frozenset[str], now: Any) -> Any:
    rows: list[Row] = []
    problems: list[Problem] = []
    with ExitStack() as opened:
        for location in locations:
            stream: IO[bytes] = opened.enter_context(open_feed(Feed.INVENTORY, location, hosts=hosts))
            module = inventory_json if location.split("?")[0].endswith(".json") else inventory_csv
            found, wrong = module.read_rows(stream, _shown(location))
            rows += found
            problems += wrong
    return build(rows, problems=problems, read_at=now)


def _read_components(location: str, hosts: frozenset[str]) -> tuple[cyclonedx_components.Subject, list[Component]]:
    with open_feed(Feed.COMPONENTS, location, hosts=hosts) as stream:
        subject, components = cyclonedx_components.read(stream)
        return subject, _good(components)


def _read_advisories(locations: Sequence[str], hosts: frozenset[str]) -> list[Any]:
    found: list[Any] = []
    for location in locations:
        if "://" not in location and Path(location).is_dir():
            found += _good(osv_advisories.read_folder(Path(location), _shown(location)))
            continue
        with open_feed(Feed.ADVISORIES, location, hosts=hosts) as stream:
            found += _good(osv_advisories.read(stream, _shown(location)))
    return found
