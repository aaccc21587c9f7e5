"""What a person finds on the app's own page: their open cases, and the risks they accepted that end soon.

A section more is one function here and its name in SECTIONS.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.lines import Wanted, case_lines
from bot.model.case import case_name
from bot.model.person import Person
from bot.model.policy import Act, Allowed, may
from bot.response.identify import Recognised
from bot.settings import Settings
from bot.store.tables import acceptance, cases
from bot.views.answers import list_answer, refusal
from bot.views.home import Ending, endings_answer
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


SECTIONS: tuple[Section, ...] = (open_cases, ending_acceptances)


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
        except (DBAPIError, NoConnectionFree, OSError) as failure:
            raise Retriable(f"the page could not be read: {type(failure).__name__}") from failure
