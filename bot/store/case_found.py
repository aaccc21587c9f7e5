"""What was found in a case: its findings with their assets, and what people are told of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case_view import Affected
from bot.model.written import finding_of_text
from bot.store import tables as t
from bot.store.case_targets import CLOSED
from bot.store.context import stored_asset
from bot.store.findings import SHOWN
from connectors.contract.context import AssetRecord
from connectors.contract.finding import Finding

_SHOWN = 50
# Written once: putting a statement together costs more than running it.
_ORDER = (sa.case((t.finding.c.state.in_(CLOSED), 1), else_=0), t.finding.c.priority, t.finding.c.id)
# First which, then what they say: of a case with thousands, only the shown ones' documents are read.
_FIRST = sa.select(t.finding.c.id).where(t.finding.c.case_id == sa.bindparam("of_case")).order_by(*_ORDER).limit(_SHOWN)
_FINDINGS = sa.select(*SHOWN).where(t.finding.c.id.in_(_FIRST)).order_by(*_ORDER)
_BY_TOOL = (
    sa.select(t.finding.c.source, sa.func.sum(t.finding.c.count).label("told"))
    .where(t.finding.c.case_id == sa.bindparam("of_case"))
    .group_by(t.finding.c.source)
)
_IDS: sa.BindParameter[list[str]] = sa.bindparam("ids", expanding=True)
_ASSETS = sa.select(t.asset).where(t.asset.c.id.in_(_IDS))


@dataclass(frozen=True, slots=True)
class Found:
    """At most 50 findings, those that need somebody first: their rows, as they were read, and their assets by id.

    ``by_tool``: how often each tool told of any of the case's findings, also of those that are not here."""

    rows: Sequence[Any]
    findings: Sequence[Finding]
    assets: Mapping[str, AssetRecord]
    by_tool: Mapping[str, int]

    @property
    def told(self) -> int:
        """How often, by all tools together."""
        return sum(self.by_tool.values())

    @property
    def tools(self) -> tuple[str, ...]:
        return tuple(sorted(self.by_tool))

    @property
    def affected(self) -> tuple[Affected, ...]:
        """One line an asset or resource; what several tools tell of it is told once."""
        grouped: dict[str, list[tuple[Any, Finding]]] = {}
        for row, finding in zip(self.rows, self.findings, strict=True):
            grouped.setdefault(row.correlation_key, []).append((row, finding))
        return tuple(_affected(together, self.assets) for together in grouped.values())

    @property
    def reference(self) -> str:
        """The first link to a finding at its tool, "" where none has one."""
        return next((each.url for each in self.findings if each.url), "")

    @property
    def advice(self) -> str:
        """What a tool says to do, else how the inventory says to patch it."""
        told = next((each.remediation_text for each in self.findings if each.remediation_text), "")
        patches = sorted({asset.patch for asset in self.assets.values() if asset.patch})
        return " ".join(part for part in (told, f"To patch: {patches[0]}" if patches else "") if part)

    def aliases(self, problem: str) -> tuple[str, ...]:
        """What the problem is called besides."""
        return tuple(sorted({name for each in self.findings for name in each.vuln_ids if name != problem}))


async def found_in(connection: AsyncConnection, case_id: int) -> Found:
    """What was found in a case."""
    rows = (await connection.execute(_FINDINGS, {"of_case": case_id})).all()
    assets = await _assets(connection, [row.asset for row in rows if row.asset])
    return Found(
        rows, [finding_of_text(row.document) for row in rows], assets, await _by_tool(connection, case_id, rows)
    )


async def _by_tool(connection: AsyncConnection, case_id: int, rows: Sequence[Any]) -> dict[str, int]:
    """Counted from the rows where they are all there are."""
    if len(rows) == _SHOWN:
        counted = await connection.execute(_BY_TOOL, {"of_case": case_id})
        return {row.source: int(row.told) for row in counted}
    told: Counter[str] = Counter()
    for row in rows:
        told[row.source] += row.count
    return dict(told)


async def _assets(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, AssetRecord]:
    if not ids:
        return {}
    return {row.id: stored_asset(row) for row in await connection.execute(_ASSETS, {"ids": sorted(set(ids))})}


def _affected(together: Sequence[tuple[Any, Finding]], assets: Mapping[str, AssetRecord]) -> Affected:
    row, finding = together[0]
    asset = assets.get(row.asset)
    return Affected(
        name=asset.name if asset else finding.resource.name or finding.resource.id,
        resource=finding.resource.id,
        state=row.state,
        detail=_detail(finding),
        tools=tuple(sorted({each.source for each, _ in together})),
        exposure=asset.exposure.value if asset else "unknown",
        asset=row.asset,
        patch=asset.patch if asset else "",
        template=asset.template if asset else "",
        said=row.said,
    )


def _detail(finding: Finding) -> str:
    package = finding.package
    if package is not None:
        fixed = f", fixed in {package.fixed_in}" if package.fixed_in else ", no fixed version known"
        return f"{package.name} {package.installed}{fixed}"
    if finding.port is not None:
        world = " open to the world" if finding.world_open else ""
        return f"{finding.protocol or 'tcp'} {finding.port}{world}"
    if finding.resource.path:
        line = f":{finding.resource.line}" if finding.resource.line else ""
        return f"{finding.resource.path}{line}"
    return "open to the world" if finding.world_open else finding.rule_name
