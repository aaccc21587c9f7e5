"""What we know of the world, asked for a whole batch of findings at once: assets, exploitation, who learned what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState
from bot.model.facts import Threats
from bot.store import tables as t
from bot.store.one_of import one_of
from connectors.contract.context import AssetRecord, Exposure
from connectors.contract.finding import Finding, Kind


@dataclass(frozen=True, slots=True)
class Context:
    """The answers for one batch."""

    assets: dict[str, AssetRecord]  # by identifier, lower case
    learned: dict[str, str]  # resource -> team
    threats: Threats

    def asset_of(self, finding: Finding) -> AssetRecord | None:
        """The asset behind the finding's resource, by the most exact name first."""
        for name in _names_of(finding) if self.assets else ():
            if name and (asset := self.assets.get(name.lower())):
                return asset
        return None


# Every name by which the inventory may know the finding's resource, most exact first.
_names_of = attrgetter("resource.id", "resource.image_digest", "resource.name", "resource.repository", "resource.ip")


async def context_of(connection: AsyncConnection, findings: Sequence[Finding]) -> Context:
    """One query a table for the whole batch."""
    names = sorted({name.lower() for name in set(chain.from_iterable(map(_names_of, findings))) if name})
    assets = await _assets(connection, names)
    threats = await threats_of(connection, sorted({asset.id for asset in assets.values()}), findings)
    resources = sorted({finding.resource.id for finding in findings})
    learned = await connection.execute(_LEARNED, {"resources": resources})
    return Context(assets, {row.resource: row.team for row in learned}, threats)


_LEARNED = sa.select(t.learned_owner.c.resource, t.learned_owner.c.team).where(
    one_of(t.learned_owner.c.resource, "resources")
)


async def threats_of(connection: AsyncConnection, assets: Sequence[str], findings: Sequence[Finding]) -> Threats:
    """How these findings' vulnerabilities are exploited, and which of these assets are under attack."""
    cves = sorted({cve for finding in findings for cve in finding.vuln_ids})
    attacked = await _attacked(connection, assets, findings)
    exploited, scores, knows = await _exploitation(connection, cves)
    return Threats(frozenset(exploited), knows, scores, attacked)


_ASSETS = (
    sa.select(t.asset_identifier.c.identifier, t.asset)
    .join(t.asset, t.asset.c.id == t.asset_identifier.c.asset)
    .where(one_of(t.asset_identifier.c.identifier, "names"))
)


async def _assets(connection: AsyncConnection, names: Sequence[str]) -> dict[str, AssetRecord]:
    return {row.identifier: stored_asset(row) for row in await connection.execute(_ASSETS, {"names": names})}


def stored_asset(row: Any) -> AssetRecord:
    """An asset from its row."""
    return AssetRecord(
        id=row.id,
        name=row.name,
        identifiers=tuple(row.identifiers),
        environment=row.environment,
        tier=row.tier,
        exposure=Exposure(row.exposure),
        owner=row.owner,
        account=row.account,
        type=row.type,
        patch=row.patch,
        template=row.template,
        tags=row.tags,
        source=row.source,
        read_at=row.read_at,
    )


async def _attacked(connection: AsyncConnection, assets: Sequence[str], findings: Sequence[Finding]) -> frozenset[str]:
    if all(finding.kind is Kind.DETECTION for finding in findings):
        return frozenset()
    return frozenset((await connection.execute(_ATTACKED, {"assets": assets})).scalars())


_ATTACKED = sa.select(t.finding.c.asset).where(
    one_of(t.finding.c.asset, "assets"),
    t.finding.c.kind == Kind.DETECTION.value,
    t.finding.c.state == FindingState.OPEN.value,
)
_LISTED = sa.select(t.known_exploited.c.cve).where(one_of(t.known_exploited.c.cve, "cves"))
_SCORED = sa.select(t.exploit_score.c.cve, t.exploit_score.c.score).where(one_of(t.exploit_score.c.cve, "cves"))
_LOADED = sa.select(t.context_read.c.entries).where(t.context_read.c.name == "known_exploited")


async def _exploitation(connection: AsyncConnection, cves: Sequence[str]) -> tuple[set[str], dict[str, float], bool]:
    if not cves:
        return set(), {}, False
    exploited = set((await connection.execute(_LISTED, {"cves": cves})).scalars())
    scores = {row.cve: row.score for row in await connection.execute(_SCORED, {"cves": cves})}
    return exploited, scores, bool((await connection.execute(_LOADED)).scalar())


async def asset_and_learned(connection: AsyncConnection, name: str) -> tuple[AssetRecord | None, str]:
    """What the inventory knows under this name, and the team that took it, "" when none did."""
    asset = (await _assets(connection, [name.lower()])).get(name.lower())
    taken = (await connection.execute(_LEARNED, {"resources": [name]})).one_or_none()
    return asset, taken.team if taken is not None else ""


async def near_assets(connection: AsyncConnection, case_id: int, names: Sequence[str]) -> set[str]:
    """Every name, lower case, of what a case is about and of what that runs on, is exposed by or depends on.

    ``names`` are further names of it: the targets of a run."""
    lower = [name.lower() for name in names]
    findings = sa.select(t.finding.c.asset, t.finding.c.resource).where(t.finding.c.case_id == case_id)
    rows = (await connection.execute(findings)).all()
    named = sa.select(t.asset_identifier.c.asset).where(t.asset_identifier.c.identifier.in_(lower))
    assets = {row.asset for row in rows if row.asset} | set((await connection.execute(named)).scalars())
    linked = sa.select(t.asset_link.c.other).where(t.asset_link.c.asset.in_(sorted(assets)))
    assets |= set((await connection.execute(linked)).scalars())
    known = sa.select(t.asset_identifier.c.identifier).where(t.asset_identifier.c.asset.in_(sorted(assets)))
    told = {row.resource.lower() for row in rows} | set(lower) | {asset.lower() for asset in assets}
    return told | set((await connection.execute(known)).scalars())
