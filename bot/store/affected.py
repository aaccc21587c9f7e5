"""Which of our systems does it hit? Cases by their problem, the inventory's components by the advisories we hold.

Findings are never scanned: the cases' rows already hold exact counts, so the answer takes as long over a million.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.affected import is_affected_by_any
from bot.model.affected_answer import AffectedAnswer, Hit, ListRead, ReportedCase, SystemRow
from bot.model.case import FindingState, case_name
from bot.model.closing import Closing
from bot.model.version_ranges import Verdict
from bot.store import tables as t
from bot.store.closings import closings
from bot.store.findings import chunks
from connectors.contract.context import Advisory, AffectedPackage, Component, Exposure, VersionRange
from connectors.text import one_line

_ROWS = 50
_ADVISORY: TypeAdapter[Advisory] = TypeAdapter(Advisory)
_PACKAGE = re.compile(r"^([A-Za-z0-9@/_.+-]+?)\s*(?:(<=|>=|==|<|=)\s*(\S+))?$", re.ASCII)
_VULNERABILITY = re.compile(
    r"^(CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}|[A-Z]{2,10}-[A-Za-z0-9:-]*\d[A-Za-z0-9:-]*)$", re.I
)
_ORDER = {Hit.AFFECTED: 0, Hit.UNKNOWN: 1, Hit.NOT_AFFECTED: 2}


async def affected(connection: AsyncConnection, query: str, now: datetime) -> AffectedAnswer:
    """The answer to ``CVE-2014-0160``, ``openssl`` or ``openssl<1.0.1g``."""
    asked = one_line(query)[:200].strip()
    lists = await _lists(connection)
    if _VULNERABILITY.match(asked):
        return await _of_vulnerability(connection, asked, now, lists)
    matched = _PACKAGE.match(asked)
    if not matched:
        note = "Ask for a vulnerability (CVE-2014-0160) or a package (openssl, openssl=1.0.1f, openssl<1.0.1g)."
        return AffectedAnswer(query=asked, at=now, lists=lists, notes=(note,))
    return await _of_package(connection, asked, *matched.groups(), now=now, lists=lists)


async def _of_vulnerability(
    connection: AsyncConnection, asked: str, now: datetime, lists: tuple[ListRead, ...]
) -> AffectedAnswer:
    name = asked.upper() if asked.upper().startswith("CVE-") else asked
    advisories = await _advisories(connection, [name, asked])
    cves = {alias for each in advisories for alias in each.aliases if alias.startswith("CVE-")}
    if len(cves) == 1:  # asked by an advisory's own name: the other advisories of its CVE judge as well
        advisories = await _advisories(connection, [name, asked, *cves])
    names = {name, asked, *(n for each in advisories for n in (each.id, *each.aliases))}
    aliases = sa.select(t.finding_alias.c.problem).where(t.finding_alias.c.alias.in_(sorted(names)))
    names |= set((await connection.execute(aliases)).scalars())
    reported = await _cases(connection, sorted(names))
    rows = await _systems(connection, advisories, reported)
    exploited = any(each.name == "known_exploited" for each in lists)
    listed = sa.select(t.known_exploited.c.cve).where(t.known_exploited.c.cve.in_(sorted(names)))
    score = sa.select(sa.func.max(t.exploit_score.c.score)).where(t.exploit_score.c.cve.in_(sorted(names)))
    return _answer(
        asked,
        now,
        reported,
        rows,
        await closings(connection, reported[:_ROWS]),
        problem=name,
        aliases=tuple(sorted(names - {name, asked})),
        summary=next((each.summary for each in advisories if each.summary), ""),
        advisories=tuple(each.id for each in advisories),
        known_exploited=(await connection.execute(listed)).scalar() is not None if exploited else None,
        exploit_score=(await connection.execute(score)).scalar(),
        lists=lists,
        notes=_notes(advisories, lists),
    )


def _notes(advisories: Sequence[Advisory], lists: Sequence[ListRead]) -> tuple[str, ...]:
    notes = _without_inventory(lists)
    if not advisories:
        notes += ("No loaded advisory speaks of it, so the inventory's components could not be judged.",)
    return notes


def _without_inventory(lists: Sequence[ListRead]) -> tuple[str, ...]:
    if any(each.name == "inventory" for each in lists):
        return ()
    return ("No inventory is loaded, so only what tools reported is known.",)


async def _of_package(
    connection: AsyncConnection,
    asked: str,
    name: str,
    operator: str | None,
    version: str | None,
    *,
    now: datetime,
    lists: tuple[ListRead, ...],
) -> AffectedAnswer:
    """Every asset with that package; with a version, judged as an advisory of that range would judge it."""
    advisory = _as_advisory(name, operator, version) if operator and version else None
    rows = await _systems(connection, [advisory] if advisory else [], [], package=name.lower())
    notes = () if rows else (*_without_inventory(lists), "A vulnerability is asked by its id, such as CVE-2014-0160.")
    return _answer(asked, now, [], rows, {}, package=name, lists=lists, notes=notes)


def _as_advisory(name: str, operator: str, version: str) -> Advisory:
    events: dict[str, tuple[tuple[str, str], ...]] = {
        "<": (("introduced", "0"), ("fixed", version)),
        "<=": (("introduced", "0"), ("last_affected", version)),
        ">=": (("introduced", version),),
        "=": (("introduced", version), ("last_affected", version)),
        "==": (("introduced", version), ("last_affected", version)),
    }
    ranges = (VersionRange(scheme="ECOSYSTEM", events=events[operator]),)
    package = AffectedPackage(name=name, ecosystem="", ranges=ranges)
    return Advisory(id=f"{name}{operator}{version}", affected=(package,))


async def _advisories(connection: AsyncConnection, names: Sequence[str]) -> list[Advisory]:
    called = sa.select(t.advisory_alias.c.advisory).where(t.advisory_alias.c.alias.in_(sorted(set(names))))
    query = sa.select(t.advisory.c.document).where(t.advisory.c.id.in_(called)).order_by(t.advisory.c.id)
    return [_ADVISORY.validate_python(each) for each in (await connection.execute(query)).scalars()]


async def _cases(connection: AsyncConnection, names: Sequence[str]) -> list[Any]:
    query = sa.select(t.cases).where(t.cases.c.problem.in_(names))
    query = query.order_by(t.cases.c.open_findings == 0, t.cases.c.priority, t.cases.c.id)
    return list((await connection.execute(query)).all())


async def _systems(
    connection: AsyncConnection, advisories: Sequence[Advisory], reported: Sequence[Any], *, package: str = ""
) -> list[SystemRow]:
    names = {package} if package else {each.name.lower() for a in advisories for each in a.affected}
    if not names:
        return []
    query = (
        sa.select(t.component, t.asset.c.name.label("asset_name"), t.asset.c.owner, t.asset.c.environment)
        .add_columns(t.asset.c.exposure, t.asset.c.tier)
        .outerjoin(t.asset, t.asset.c.id == t.component.c.asset)
        .where(t.component.c.spelled.in_(sorted(names)) | t.component.c.built_from.in_(sorted(names)))
    )
    found = (await connection.execute(query)).all()
    states = await _reported_states(connection, [case.id for case in reported], [row.asset for row in found])
    rows = []
    for row in found:
        component = Component(purl=row.purl, name=row.name, version=row.version, ecosystem=row.ecosystem)
        verdict = is_affected_by_any(component, advisories) if advisories else Verdict(True, "it has this package")
        state, case_id = states.get(row.asset, ("", None))
        rows.append(_system(row, verdict, state, case_id))
    return sorted(rows, key=lambda each: (_ORDER[each.hit], each.name))


def _system(row: Any, verdict: Verdict, state: str, case_id: int | None) -> SystemRow:
    hits = {True: Hit.AFFECTED, False: Hit.NOT_AFFECTED, None: Hit.UNKNOWN}
    return SystemRow(
        asset=row.asset,
        name=row.asset_name or row.asset,
        in_inventory=row.asset_name is not None,
        owner=row.owner or "",
        environment=row.environment or "",
        exposure=row.exposure or Exposure.UNKNOWN.value,
        tier=row.tier,
        hit=hits[verdict.affected],
        package=row.name,
        version=row.version,
        why=verdict.why,
        fixed_in=verdict.fixed_in,
        reported=state,
        case=case_name(case_id) if case_id is not None else "",
        case_id=case_id,
    )


async def _reported_states(
    connection: AsyncConnection, case_ids: Sequence[int], assets: Sequence[str]
) -> Mapping[str, tuple[str, int]]:
    """What tools reported: (state, case) by asset, or by resource where the inventory does not know that."""
    if not case_ids or not assets:
        return {}
    found: dict[str, tuple[str, int]] = {}
    for piece in chunks(sorted(set(assets))):
        unknown = sa.and_(t.finding.c.asset == "", t.finding.c.resource.in_(piece))
        query = sa.select(t.finding.c.asset, t.finding.c.resource, t.finding.c.state, t.finding.c.case_id).where(
            t.finding.c.asset.in_(piece) | unknown, t.finding.c.case_id.in_(case_ids)
        )
        found |= {row.asset or row.resource: (row.state, row.case_id) for row in await connection.execute(query)}
    return found


def _answer(
    asked: str,
    now: datetime,
    reported: Sequence[Any],
    systems: Sequence[SystemRow],
    closed: Mapping[int, Closing],
    **more: Any,
) -> AffectedAnswer:
    by_asset: dict[str, SystemRow] = {}
    for row in systems:  # affected first: the worst of an asset's components speaks for it
        by_asset.setdefault(row.asset, row)
    hits = [row.hit for row in by_asset.values()]
    told = (FindingState.OPEN.value, FindingState.MITIGATED.value)
    open_count = sum(case.open_findings for case in reported)
    mitigated = sum(case.mitigated_findings for case in reported)
    return AffectedAnswer(
        query=asked,
        at=now,
        cases=tuple(_reported(case, closed.get(case.id)) for case in reported[:_ROWS]),
        cases_total=len(reported),
        open_findings=open_count,
        mitigated_findings=mitigated,
        closed_findings=sum(case.total_findings for case in reported) - open_count - mitigated,
        systems=tuple(by_asset.values())[:_ROWS],
        affected=hits.count(Hit.AFFECTED),
        unknown=hits.count(Hit.UNKNOWN),
        not_affected=hits.count(Hit.NOT_AFFECTED),
        unreported=sum(row.hit is Hit.AFFECTED and row.reported not in told for row in by_asset.values()),
        **more,
    )


def _reported(case: Any, closing: Closing | None) -> ReportedCase:
    return ReportedCase(
        id=case.id,
        name=case_name(case.id),
        problem=case.problem,
        title=case.title,
        state=case.state,
        priority=case.priority,
        owner=case.owner,
        environment=case.environment,
        open_findings=case.open_findings,
        mitigated_findings=case.mitigated_findings,
        total_findings=case.total_findings,
        closing=closing,
    )


async def _lists(connection: AsyncConnection) -> tuple[ListRead, ...]:
    rows = await connection.execute(sa.select(t.context_read).order_by(t.context_read.c.name))
    return tuple(
        ListRead(name=row.name, location=row.location, entries=row.entries, at=row.at, problem=row.problem)
        for row in rows
    )
