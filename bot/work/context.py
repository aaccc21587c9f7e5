"""Learning about the world on a schedule: each list is read whole; one that cannot be read leaves the old one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import context_load as load
from bot.store.findings import chunks
from bot.store.tables import finding, finding_alias
from bot.triage.retriage import open_findings, retriage
from bot.triage.rules import rules_of
from bot.wiring import Wiring
from bot.work import context_read as lists
from bot.work.rhythm import every
from connectors.contract.failure import NeedsHuman, NotThisFormat, Retriable, UnknownShape
from connectors.formats.inventory import InventoryRefused

log = structlog.get_logger()

REFRESH = "context.refresh"
ASSETS = "retriage.assets"
PROBLEMS = "retriage.problems"
_MOST_OFTEN = timedelta(hours=1)  # lists of others are not asked for all the time
_A_LITTLE = 5.0  # seconds; longer than an alert's transaction takes
_AT_ONCE = 500  # findings a transaction
_UNREADABLE = (NeedsHuman, Retriable, NotThisFormat, UnknownShape, InventoryRefused)


def register(wiring: Wiring) -> None:
    """The work of this file, by name."""
    context = ContextWork(wiring)
    often = every(max(wiring.settings.context.refresh, _MOST_OFTEN), second=10, minute=5)
    wiring.engine.register(REFRESH, context.refresh, schedule=often)
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
        all_of_them = (*files.inventory, *files.components, *files.advisories, files.known_exploited, files.epss)
        hosts = lists.hosts_of(all_of_them)
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
        shown = ", ".join(lists.shown(each) for each in locations)
        problem, entries, digest = "", 0, ""
        try:
            digest = await asyncio.to_thread(lists.digest_of, name, (*locations, *besides), hosts)
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
        assets = await asyncio.to_thread(lists.read_inventory, locations, hosts, now)
        async with self._wiring.store.write() as connection:
            changed = await load.write_inventory(connection, assets, now)
            names = sorted({n for a in assets if a.id in changed for n in (a.id, a.name, *a.identifiers)})
            await self._look_again(connection, ASSETS, [sorted(changed), names])
        await self.assets(sorted(changed), names)
        return len(assets)

    async def _components(self, locations: Sequence[str], hosts: frozenset[str]) -> int:
        found = [await asyncio.to_thread(lists.read_components, each, hosts) for each in locations]
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
        found = await asyncio.to_thread(lists.read_advisories, locations, hosts)
        async with self._wiring.store.write() as connection:
            await load.write_advisories(connection, found, self._wiring.clock())
        return len(found)

    async def _known_exploited(self, locations: Sequence[str], hosts: frozenset[str]) -> int:
        entries = await asyncio.to_thread(lists.read_known_exploited, locations[0], hosts)
        async with self._wiring.store.write() as connection:
            changed = sorted(await load.write_known_exploited(connection, entries))
            await self._look_again(connection, PROBLEMS, [changed])
        await self.problems(changed)
        return len(entries)

    async def _epss(self, locations: Sequence[str], hosts: frozenset[str]) -> int:
        scores = await asyncio.to_thread(lists.read_epss, locations[0], hosts)
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
        """Findings of these problems, under whichever of their names, run through the stages again."""
        ids: list[int] = []
        async with self._wiring.store.read() as connection:
            for piece in chunks(list(problems)):
                named = sa.select(finding_alias.c.problem).where(finding_alias.c.alias.in_(list(piece)))
                ids += await open_findings(
                    connection, sa.or_(finding.c.problem.in_(list(piece)), finding.c.problem.in_(named))
                )
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
