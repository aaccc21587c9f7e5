"""Marking a broken glass as reviewed: somebody of the security team, never who broke it, with a word on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.case import case_name
from bot.model.person import Person
from bot.model.policy import Act, Denied, Policy, may
from bot.store import audit
from bot.store.cases import case_by_id
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.store.reviews import close_review, review_by_id
from bot.views.answers import invalid_answer, notice, refusal
from connectors.contract.message import Identity, Level, Message

_SHORTEST_WORD = 5  # characters


async def mark_reviewed(
    connection: AsyncConnection,
    engine: Engine,
    policy: Policy,
    person: Person,
    actor: Identity,
    review_id: str,
    said: str,
    now: datetime,
) -> Message:
    """Write down that this person looked, and what they think. Returns the private answer."""
    row = await review_by_id(connection, review_id)
    case = await case_by_id(connection, row.case_id, lock=True) if row is not None else None
    if row is None or case is None or not _sees(policy, person, case):
        return invalid_answer("there is no such review")
    why, who_could = _refused(policy, person, row, case)
    if why:
        await audit.append(connection, [_record(row, person, actor, "refused", why, now)])
        return refusal(f"Not reviewed: {why}.", who_could)
    if len(said) < _SHORTEST_WORD:
        return invalid_answer("say in a word what you found, for whoever reads it in a year's time")
    if not await close_review(connection, row.id, person.id, said, now):
        return notice(Level.INFO, "Nothing to do: it is reviewed already, or its day has not come.")
    broke = policy.people.person(row.person)
    text = f"reviewed that {broke.name if broke else row.person} broke the glass: {said}"
    await add_lines(connection, [Line(case["id"], now, person.id, text)])
    await raise_case(connection, engine, case["id"], case["priority"])
    await audit.append(connection, [_record(row, person, actor, "done", said, now)])
    return notice(Level.SUCCESS, f"Done: {case_name(case['id'])} is reviewed.")


def _sees(policy: Policy, person: Person, case: Any) -> bool:
    return bool(may(policy, person, Act.VIEW, environment=case["environment"], owner=case["owner"]))


def _refused(policy: Policy, person: Person, row: Any, case: Any) -> tuple[str, tuple[str, ...]]:
    """Why not, and who could; without a security team it is whoever may approve there."""
    security = policy.people.team(policy.security)
    if security is not None:
        others = policy.people.names(each for each in security.people if each != row.person)
        if person.id != row.person and not security.has(person):
            return f"that is for someone of {security.name}", others
    else:
        verdict = may(policy, person, Act.APPROVE, environment=case["environment"], owner=case["owner"])
        others = verdict.who_could if isinstance(verdict, Denied) else ()
        if person.id != row.person and isinstance(verdict, Denied):
            return "that is for whoever may approve there", others
    return ("nobody reviews a glass that they broke themselves" if person.id == row.person else ""), others


def _record(row: Any, person: Person, actor: Identity, outcome: str, why: str, now: datetime) -> audit.Record:
    return audit.Record(
        at=now,
        who=person.id,
        act="review",
        target=case_name(row.case_id),
        where_from=f"{actor.platform}:{actor.id}",
        outcome=outcome,
        detail={"why": why, "run": row.run_id, "broken by": row.person},
    )
