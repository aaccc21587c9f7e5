"""What a person finds on the app's own page: what waits for their yes, their open cases, accepted risks that end soon.

A section more is one function here and its name in SECTIONS.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.lines import Wanted, case_lines
from bot.model.approval import ApprovalState, counts
from bot.model.case import CaseState, case_name
from bot.model.levels import Level
from bot.model.person import Person
from bot.model.policy import Act, Allowed, may
from bot.response.identify import Recognised
from bot.settings import Settings
from bot.store.refusals import NOT_DONE
from bot.store.tables import acceptance, approval, cases, voice
from bot.views.answers import list_answer, refusal
from bot.views.home import Ending, Waiting, endings_answer, waiting_answer
from bot.wiring import Wiring
from connectors.contract.failure import Retriable
from connectors.contract.message import Message

_SOON = timedelta(days=14)
_MOST = 100  # acceptances looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody looks at their page. The connection is a reading one."""

    person: Person
    connection: AsyncConnection
    settings: Settings
    now: datetime

    def may_view(self, owner: str, environment: str) -> bool:
        """Whether this person may see a case of that owner there."""
        verdict = may(self.settings.policy, self.person, Act.VIEW, environment=environment, owner=owner)
        return isinstance(verdict, Allowed)


Section = Callable[[Visit], Awaitable[Message]]


async def open_cases(visit: Visit) -> Message:
    """Those of my teams, and those I took."""
    teams = tuple(team.id for team in visit.settings.people.teams_of(visit.person))
    lines, total = await case_lines(visit, Wanted(owners=teams, assignee=visit.person.id))
    return list_answer("My open cases", lines, total)


async def ending_acceptances(visit: Visit) -> Message:
    """Risks I signed for that open again within two weeks, the next one first."""
    query = (
        sa.select(acceptance.c.case_id, acceptance.c.until, acceptance.c.reason, cases.c.title)
        .join(cases, cases.c.id == acceptance.c.case_id)
        .where(
            acceptance.c.person == visit.person.id,
            acceptance.c.ended_at.is_(None),
            cases.c.state == CaseState.ACCEPTED.value,
            acceptance.c.until <= visit.now + _SOON,
        )
        .order_by(acceptance.c.until)
        .limit(_MOST)
    )
    base = visit.settings.public_url.rstrip("/")
    rows = (await visit.connection.execute(query)).all()
    found = [
        Ending(case_name(row.case_id), f"{base}/cases/{case_name(row.case_id)}", row.title, row.until, row.reason)
        for row in rows
    ]
    return endings_answer(found, visit.now)


async def waiting_approvals(visit: Visit) -> Message:
    """Questions of others that wait for a yes or no, which I may give and have not given yet."""
    mine = sa.select(voice.c.approval_id).where(voice.c.person == visit.person.id)
    query = (
        sa.select(approval, cases.c.title, cases.c.owner, cases.c.environment)
        .join(cases, cases.c.id == approval.c.case_id)
        .where(
            approval.c.state == ApprovalState.WAITING.value,
            approval.c.expires_at > visit.now,
            approval.c.requester != visit.person.id,
            approval.c.id.not_in(mine),
        )
        .order_by(approval.c.expires_at)
        .limit(_MOST)
    )
    rows = (await visit.connection.execute(query)).all()
    return waiting_answer([_waiting(visit, row) for row in rows if _may_answer(visit, row)], visit.now)


def _may_answer(visit: Visit, row: Any) -> bool:
    """Whether a rule lets them approve it, and their yes would count: at its level, and of the team that it names."""
    settings, person = visit.settings, visit.person
    people, security = settings.people, settings.people.team(settings.policy.security)
    team = people.team(row.team)
    if row.team and (team is None or not team.has(person)):
        return False
    if counts(Level(row.level), person, row.requester, people.team(row.owner), security):
        return False
    where = {"environment": row.environment, "owner": row.owner, "fix": row.fix}
    return bool(may(settings.policy, person, Act.APPROVE, **where))


def _waiting(visit: Visit, row: Any) -> Waiting:
    asker = visit.settings.people.person(row.requester)
    name = case_name(row.case_id)
    link = f"{visit.settings.public_url.rstrip('/')}/cases/{name}"
    return Waiting(name, link, row.title, asker.name if asker else row.requester, row.expires_at)


SECTIONS: tuple[Section, ...] = (waiting_approvals, open_cases, ending_acceptances)


class HomeDesk:
    """Makes the page anew each time somebody opens it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    async def sections(self, who: Recognised) -> tuple[Message, ...]:
        """The page, a message a section. Raises Retriable when the database does not answer."""
        if who.person is None:
            return (refusal(who.why, ()),)
        wiring = self._wiring
        try:
            async with wiring.store.read() as connection:
                visit = Visit(person=who.person, connection=connection, settings=wiring.settings, now=wiring.clock())
                return tuple([await section(visit) for section in SECTIONS])
        except NOT_DONE as failure:
            raise Retriable(f"the page could not be read: {type(failure).__name__}") from failure
