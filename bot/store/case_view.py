"""Gathering a case for people: a handful of queries, whatever its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import CaseState, Decision, case_name
from bot.model.case_view import CaseView, ClaimView, FixChoice, Times
from bot.model.ownership import NOBODY
from bot.model.person import People
from bot.model.priority_tables import Priority, PriorityTables
from bot.store import tables as t
from bot.store.case_found import found_in
from bot.store.case_parts import (
    acceptance_of,
    approval_of,
    dependants_of,
    history_of,
    plan_of,
    run_of,
    ticket_of,
    undo_of,
)
from bot.store.case_risks import operational_risk_of, security_risk_of
from bot.store.case_targets import case_targets, choices_of
from bot.store.closings import closing_of
from bot.store.on_call import on_call_of
from connectors.contract.finding import Kind, Severity
from connectors.contract.fix import Fix, Plan, Target


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
    found = await found_in(connection, case_id)
    choices = await choices_of(connection, found.rows, found.findings, fixes)
    if choices and case["total_findings"] > len(found.rows):
        choices = await case_targets(connection, case_id, fixes)  # what a plan would act on, not what is shown
    plan = await plan_of(connection, case_id) if case["has_plan"] else None
    plans = tuple(_PLANS.validate_python(plan.documents)) if plan is not None else ()
    unread = tuple(plan.unread) if plan is not None else ()
    waits, accepted = case["has_approval"], case["decision"] == Decision.ACCEPTED
    return CaseView(
        **_told_by_row(case, people, now),
        told=found.told,
        affected=found.affected,
        affected_more=max(0, case["total_findings"] - len(found.rows)),
        tools=found.tools,
        security_risk=await security_risk_of(connection, found.rows, found.findings, found.assets, tables),
        operational_risk=operational_risk_of(plans, unread, await dependants_of(connection, list(found.assets)), now),
        fixes=_fix_choices(choices, fixes),
        plan=plans,
        plan_id=plan.id if plan is not None else "",
        plan_problem=plan.problem if plan is not None else "",
        plan_unread=unread,
        run=await run_of(connection, case_id, people, fixes) if case["has_run"] else None,
        undoable=await undo_of(connection, case_id) if case["has_run"] else None,
        approval=await approval_of(connection, case_id, people, case["owner"], security) if waits else None,
        acceptance=await acceptance_of(connection, case_id, people) if accepted else None,
        ticket=await ticket_of(connection, case_id) if case["has_ticket"] else None,
        link=f"{link.rstrip('/')}/cases/{case_name(case_id)}",
        reference=found.reference,
        advice=found.advice,
        aliases=found.aliases(case["problem"]),
        history=await history_of(connection, case_id, people, history) if history else (),
        on_call=await on_call_of(connection, case["owner"], now),
        closing=await closing_of(connection, dict(case)),
    )


def _told_by_row(case: sa.RowMapping, people: People, now: datetime) -> dict[str, Any]:
    """The fields of the view that the case's own row tells."""
    same = {name: case[name] for name in _SAME}
    team, assignee = people.team(case["owner"]), people.person(case["assignee"])
    return same | {
        "name": case_name(case["id"]),
        "kind": Kind(case["kind"]),
        "severity": Severity(case["severity"]),
        "priority": _priority(case["priority"]),
        "state": CaseState(case["state"]),
        "owner_name": team.name if team else "nobody",
        "unowned": case["owner_why"].startswith(NOBODY),
        "assignee": assignee.name if assignee else "",
        "snoozed_until": case["until"] if case["decision"] == Decision.SNOOZED else None,
        "overdue": bool(case["due_at"] and case["due_at"] < now and case["open_findings"]),
        "claim": ClaimView(by=case["claimed_by"], at=case["claimed_at"]) if case["claimed_at"] else None,
        "times": _times(case),
    }


_SAME = (
    *("id", "version", "title", "problem", "sentence", "environment", "owner", "owner_why", "due_at"),
    *("open_findings", "mitigated_findings", "total_findings"),
)


def _times(case: sa.RowMapping) -> Times:
    return Times(
        disclosed=case["disclosed_at"],
        seen=case["seen_at"],
        told=case["told_at"],
        decided=case["decided_at"],
        mitigated=case["mitigated_at"],
        fixed=case["fixed_at"],
    )


def _fix_choices(choices: Sequence[tuple[str, Target, list[int]]], fixes: Mapping[str, Fix]) -> tuple[FixChoice, ...]:
    counts: dict[str, int] = {}
    for fix_id, _, _ in choices:
        counts[fix_id] = counts.get(fix_id, 0) + 1
    return tuple(FixChoice(id=each, title=fixes[each].title, targets=count) for each, count in sorted(counts.items()))


def _priority(rank: int) -> Priority:
    ordered = sorted(Priority, key=lambda priority: priority.rank)
    return ordered[min(rank, len(ordered) - 1)]
