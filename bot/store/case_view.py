"""Gathering a case for people: a handful of queries, whatever its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import CaseState, Decision, case_name
from bot.model.case_view import Affected, CaseView, ClaimView, FixChoice, Times
from bot.model.ownership import NOBODY
from bot.model.person import People
from bot.model.priority_tables import Priority, PriorityTables
from bot.store import tables as t
from bot.store.case_parts import acceptance_of, approval_of, dependants_of, history_of, plan_of, run_of, ticket_of
from bot.store.case_risks import operational_risk_of, security_risk_of
from bot.store.case_targets import CLOSED, choices_of
from bot.store.context import stored_asset
from bot.store.findings import finding_of
from bot.store.on_call import on_call_of
from connectors.contract.context import AssetRecord
from connectors.contract.finding import Finding, Kind, Severity
from connectors.contract.fix import Fix, Plan, Target

_SHOWN = 50


def _has(table: sa.Table, name: str) -> sa.Label[bool]:
    return sa.exists().where(table.c.case_id == t.cases.c.id).label(name)


# Statements are written once: putting one together costs more than running it. What the case does not have is not
# asked for: most cards are of new cases, with neither plan nor run nor ticket.
_CASE = sa.select(
    t.cases,
    _has(t.plan, "has_plan"),
    _has(t.run, "has_run"),
    _has(t.approval, "has_approval"),
    _has(t.ticket, "has_ticket"),
).where(t.cases.c.id == sa.bindparam("of_case"))
_PLANS: TypeAdapter[list[Plan]] = TypeAdapter(list[Plan])


async def load_case(
    connection: AsyncConnection,
    case_id: int,
    *,
    now: datetime,
    people: People,
    tables: PriorityTables,
    link: str,
    fixes: Mapping[str, Fix],
    history: int = 0,
    security: str = "",
) -> CaseView | None:
    """The case as people see it; None when there is none of that number. ``history``: how many lines, 0 for none.

    ``security`` is the team whose yes the highest level needs."""
    case = (await connection.execute(_CASE, {"of_case": case_id})).mappings().one_or_none()
    if case is None:
        return None
    rows = await _findings(connection, case_id)
    findings = [finding_of(row.document) for row in rows]
    assets = await _assets(connection, [row.asset for row in rows if row.asset])
    choices = await choices_of(connection, rows, findings, fixes)
    plan = await plan_of(connection, case_id) if case["has_plan"] else None
    plans = tuple(_PLANS.validate_python(plan.documents)) if plan is not None else ()
    team = people.team(case["owner"])
    assignee = people.person(case["assignee"])
    decision = Decision(case["decision"])
    return CaseView(
        id=case_id,
        name=case_name(case_id),
        version=case["version"],
        title=case["title"],
        problem=case["problem"],
        kind=Kind(case["kind"]),
        severity=Severity(case["severity"]),
        priority=_priority(case["priority"]),
        sentence=case["sentence"],
        state=CaseState(case["state"]),
        environment=case["environment"],
        owner=case["owner"],
        owner_name=team.name if team else "nobody",
        owner_why=case["owner_why"],
        unowned=case["owner_why"].startswith(NOBODY),
        assignee=assignee.name if assignee else "",
        open_findings=case["open_findings"],
        mitigated_findings=case["mitigated_findings"],
        total_findings=case["total_findings"],
        told=sum(row.count for row in rows),
        affected=tuple(_affected(rows, findings, assets)),
        affected_more=max(0, case["total_findings"] - len(rows)),
        tools=tuple(sorted({row.source for row in rows})),
        security_risk=await security_risk_of(connection, rows, findings, assets, tables),
        operational_risk=operational_risk_of(plans, await dependants_of(connection, list(assets)), now),
        fixes=_fix_choices(choices, fixes),
        plan=plans,
        plan_id=plan.id if plan is not None else "",
        plan_problem=plan.problem if plan is not None else "",
        run=await run_of(connection, case_id, people, fixes) if case["has_run"] else None,
        approval=await approval_of(connection, case_id, people, case["owner"], security)
        if case["has_approval"]
        else None,
        acceptance=await acceptance_of(connection, case_id, people) if decision is Decision.ACCEPTED else None,
        snoozed_until=case["until"] if decision is Decision.SNOOZED else None,
        due_at=case["due_at"],
        overdue=bool(case["due_at"] and case["due_at"] < now and case["open_findings"]),
        ticket=await ticket_of(connection, case_id) if case["has_ticket"] else None,
        claim=ClaimView(by=case["claimed_by"], at=case["claimed_at"]) if case["claimed_at"] else None,
        times=Times(
            disclosed=case["disclosed_at"],
            seen=case["seen_at"],
            told=case["told_at"],
            decided=case["decided_at"],
            mitigated=case["mitigated_at"],
            fixed=case["fixed_at"],
        ),
        link=f"{link.rstrip('/')}/cases/{case_name(case_id)}",
        reference=next((each.url for each in findings if each.url), ""),
        advice=_advice(findings, assets),
        aliases=tuple(sorted({a for each in findings for a in each.vuln_ids if a != case["problem"]})),
        history=await history_of(connection, case_id, people, history) if history else (),
        on_call=await on_call_of(connection, case["owner"], now),
    )


async def _findings(connection: AsyncConnection, case_id: int) -> Sequence[Any]:
    """The case's findings, those that need somebody first."""
    return (await connection.execute(_FINDINGS, {"of_case": case_id})).all()


_FINDINGS = (
    sa.select(t.finding)
    .where(t.finding.c.case_id == sa.bindparam("of_case"))
    .order_by(sa.case((t.finding.c.state.in_(CLOSED), 1), else_=0), t.finding.c.priority, t.finding.c.id)
    .limit(_SHOWN)
)
_IDS: sa.BindParameter[list[str]] = sa.bindparam("ids", expanding=True)
_ASSETS = sa.select(t.asset).where(t.asset.c.id.in_(_IDS))


async def _assets(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, AssetRecord]:
    if not ids:
        return {}
    return {row.id: stored_asset(row) for row in await connection.execute(_ASSETS, {"ids": sorted(set(ids))})}


def _affected(rows: Sequence[Any], findings: Sequence[Finding], assets: Mapping[str, AssetRecord]) -> list[Affected]:
    """One line an asset or resource; what several tools tell of it is told once."""
    grouped: dict[str, list[tuple[Any, Finding]]] = {}
    for row, finding in zip(rows, findings, strict=True):
        grouped.setdefault(row.correlation_key, []).append((row, finding))
    lines = []
    for together in grouped.values():
        row, finding = together[0]
        asset = assets.get(row.asset)
        lines.append(
            Affected(
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
        )
    return lines


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


def _fix_choices(choices: Sequence[tuple[str, Target, list[int]]], fixes: Mapping[str, Fix]) -> tuple[FixChoice, ...]:
    counts: dict[str, int] = {}
    for fix_id, _, _ in choices:
        counts[fix_id] = counts.get(fix_id, 0) + 1
    return tuple(FixChoice(id=each, title=fixes[each].title, targets=count) for each, count in sorted(counts.items()))


def _advice(findings: Sequence[Finding], assets: Mapping[str, AssetRecord]) -> str:
    """What a tool says to do, else how the inventory says to patch it."""
    told = next((each.remediation_text for each in findings if each.remediation_text), "")
    patches = sorted({asset.patch for asset in assets.values() if asset.patch})
    return " ".join(part for part in (told, f"To patch: {patches[0]}" if patches else "") if part)


def _priority(rank: int) -> Priority:
    ordered = sorted(Priority, key=lambda priority: priority.rank)
    return ordered[min(rank, len(ordered) - 1)]
