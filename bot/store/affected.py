"""Which of our systems does it hit? Cases by their problem, the inventory's components by the advisories we hold.

Findings are never scanned: the cases' rows already hold exact counts, so the answer takes as long over a million.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.affected_answer import AffectedAnswer, Hit, ListRead, ReportedCase, SystemRow
from bot.model.affected_question import PackageAsked, may_be_package, package_asked, vulnerability_names
from bot.model.case import FindingState, case_name
from bot.model.closing import Closing
from bot.store import tables as t
from bot.store.affected_systems import systems_hit, systems_with
from bot.store.closings import closings
from connectors.contract.context import Advisory
from connectors.text import one_line

_ROWS = 1_000  # of each kind; the numbers count all
_ADVISORY: TypeAdapter[Advisory] = TypeAdapter(Advisory)


async def affected(connection: AsyncConnection, query: str, now: datetime) -> AffectedAnswer:
    """The answer to ``CVE-2014-0160``, ``openssl`` or ``openssl<1.0.1g``."""
    asked = one_line(query)[:200].strip()
    lists = await _lists(connection)
    if names := vulnerability_names(asked):
        answer = await _of_vulnerability(connection, asked, names, now, lists)
        if not answer.nothing_known or answer.advisories or not may_be_package(asked):
            return answer
        other = await _of_package(connection, asked, PackageAsked(asked), now=now, lists=lists)
        return answer if other.nothing_known else other
    package = package_asked(asked)
    if package is None:
        note = "Ask for a vulnerability (CVE-2014-0160) or a package (openssl, openssl=1.0.1f, openssl<1.0.1g)."
        return AffectedAnswer(query=asked, at=now, lists=lists, notes=(note,))
    return await _of_package(connection, asked, package, now=now, lists=lists)


async def _of_vulnerability(
    connection: AsyncConnection, asked: str, spellings: Sequence[str], now: datetime, lists: tuple[ListRead, ...]
) -> AffectedAnswer:
    advisories = await _advisories(connection, spellings)
    cves = {alias for each in advisories for alias in each.aliases if alias.startswith("CVE-")}
    if len(cves) == 1:  # asked by an advisory's own name: the other advisories of its CVE judge as well
        advisories = await _advisories(connection, [*spellings, *cves])
    known = {n for each in advisories for n in (each.id, *each.aliases)}
    name = next((each for each in spellings if each in known), spellings[0])
    names = {*spellings, *known}
    aliases = sa.select(t.finding_alias.c.problem).where(t.finding_alias.c.alias.in_(sorted(names)))
    names |= set((await connection.execute(aliases)).scalars())
    reported = await _cases(connection, sorted(names))
    rows = await systems_hit(connection, advisories, reported)
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
        aliases=tuple(sorted(names - {*spellings})),
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
    connection: AsyncConnection, asked: str, package: PackageAsked, *, now: datetime, lists: tuple[ListRead, ...]
) -> AffectedAnswer:
    """Every asset with that package; with a version, judged as an advisory of that range would judge it."""
    rows = await systems_with(connection, package)
    notes = () if rows else (*_without_inventory(lists), "A vulnerability is asked by its id, such as CVE-2014-0160.")
    return _answer(asked, now, [], rows, {}, package=package.name, lists=lists, notes=notes)


async def _advisories(connection: AsyncConnection, names: Sequence[str]) -> list[Advisory]:
    called = sa.select(t.advisory_alias.c.advisory).where(t.advisory_alias.c.alias.in_(sorted(set(names))))
    query = sa.select(t.advisory.c.document).where(t.advisory.c.id.in_(called)).order_by(t.advisory.c.id)
    return [_ADVISORY.validate_python(each) for each in (await connection.execute(query)).scalars()]


async def _cases(connection: AsyncConnection, names: Sequence[str]) -> list[Any]:
    query = sa.select(t.cases).where(t.cases.c.problem.in_(names))
    query = query.order_by(t.cases.c.open_findings == 0, t.cases.c.priority, t.cases.c.id)
    return list((await connection.execute(query)).all())


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
