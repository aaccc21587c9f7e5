"""The inbox, and one case with everything known about it. Reading only: the buttons are forms that lead elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from bot.model.case import CaseState, case_name, case_number
from bot.model.case_view import CaseView, Offers
from bot.model.closing import Closing
from bot.model.policy import Act
from bot.response.offers import CONFIRM, offers_for
from bot.response.viewing import Viewing
from bot.store.closings import closings
from bot.store.listing import (
    EVERY_STATE,
    CaseFilter,
    count_open,
    list_cases,
    list_findings,
    places,
    plan_read_at,
)
from bot.triage.rules import priority_of
from bot.views.buttons import ACT_WORDS
from bot.views.card import STATE_WORDS, case_card, state_words
from bot.views.forms import plan_failed_form, plan_form
from bot.web.console_door import Visitor, page_number
from bot.web.console_pages import Pages
from bot.web.console_said import forget, take
from bot.wiring import Wiring
from connectors.contract.finding import Severity
from connectors.contract.message import Form

_UNKNOWN = "unknown"  # how the filter names the environment of which nobody knows it
_READS_FOR = timedelta(seconds=20)
_REFRESH = 2  # seconds, while something is under way


class CasePages:
    """``/`` and ``/cases/S-12``."""

    def __init__(self, wiring: Wiring, viewing: Viewing, pages: Pages) -> None:
        self._wiring = wiring
        self._viewing = viewing
        self._pages = pages

    async def inbox(self, request: Request, visitor: Visitor) -> Response:
        """The cases this person may see, most urgent first."""
        async with self._wiring.store.read() as connection:
            seen = tuple(place for place in await places(connection) if visitor.may_view(*place))
            wanted = self._wanted(request, visitor, seen)
            listed = await list_cases(connection, wanted, page_number(request))
            counts = await count_open(connection, CaseFilter(places=seen), self._wiring.clock())
            closed = await closings(connection, listed.rows)
        chosen = {name: value for name, value in request.query_params.items() if name != "page" and value}
        answer = self._pages.page(
            "inbox.html",
            visitor=visitor,
            said=take(request, visitor),
            listed=listed,
            closed=closed,
            counts=counts,
            chosen=chosen,
            address="/?" + urlencode(chosen) + ("&" if chosen else "") + "page=",
            teams=self._teams(seen),
            environments=sorted({environment or _UNKNOWN for _, environment in seen}),
            states=[(state.value, STATE_WORDS[state].partition(":")[0].partition(" at run")[0]) for state in CaseState],
            words=Words(self._wiring),
            new_key=self._wiring.new_id,
        )
        return forget(answer)

    async def case(self, request: Request, visitor: Visitor) -> Response:
        """Everything about one case; 404 where there is none, or none that this person may see."""
        store = self._wiring.store
        async with store.read() as connection:
            number = case_number(str(request.path_params["case"]))
            seen = await self._viewing.see(connection, number) if number is not None else None
            if seen is None or not visitor.may_view(seen.view.owner, seen.view.environment):
                return self._nothing(visitor)
            read_at = await plan_read_at(connection, seen.view.id)
        if seen.new:
            async with store.write() as connection:
                await seen.keep(connection)
        now, view = self._wiring.clock(), seen.view
        offers, others = offers_for(visitor.person, view, seen.offers, self._wiring.settings)
        pressed_at = _pressed_at(request)
        waiting = pressed_at is not None and (read_at is None or read_at < pressed_at)
        reading = waiting and pressed_at is not None and now - pressed_at < _READS_FOR
        busy = reading or view.state is CaseState.FIXING
        answer = self._pages.page(
            "case.html",
            visitor=visitor,
            said=take(request, visitor),
            view=view,
            message=case_card(view, offers.without(Act.VIEW.value), now),  # who looks at the page sees it all
            others=[(ACT_WORDS[act], who) for act, who in others],
            plan=None if reading else latest_plan(view, offers, now),
            plan_first=pressed_at is not None,
            reading=reading,
            slow=waiting and not reading,
            refresh=_REFRESH if busy else 0,
            state=state_words(view.state, view.closing),
            new_key=self._wiring.new_id,
        )
        return forget(answer)

    async def affected(self, request: Request, visitor: Visitor) -> Response:
        """All findings of one case, a page at a time."""
        async with self._wiring.store.read() as connection:
            view = await self._seen(request, visitor, connection)
            if view is None:
                return self._nothing(visitor)
            listed = await list_findings(connection, view.id, page_number(request))
        address = f"/cases/{view.name}/affected?page="
        return self._pages.page("findings.html", visitor=visitor, view=view, listed=listed, address=address)

    async def _seen(self, request: Request, visitor: Visitor, connection: AsyncConnection) -> CaseView | None:
        number = case_number(str(request.path_params["case"]))
        view = await self._viewing.case(connection, number) if number is not None else None
        return view if view is not None and visitor.may_view(view.owner, view.environment) else None

    def _nothing(self, visitor: Visitor) -> Response:
        text = "There is no such case, or no rule in config/policy.yaml lets you see it."
        return self._pages.refusal(404, "No such case", text, visitor=visitor)

    def _wanted(self, request: Request, visitor: Visitor, seen: tuple[tuple[str, str], ...]) -> CaseFilter:
        asked = request.query_params
        state, environment = asked.get("state", ""), asked.get("environment", "")
        known = {*(each.value for each in CaseState), EVERY_STATE}
        mine = asked.get("mine") == "1"
        return CaseFilter(
            places=seen,
            state=state if state in known else "",
            owner=asked.get("team", "")[:80],
            environment=("" if environment == _UNKNOWN else environment[:40]) if environment else None,
            owners=tuple(team.id for team in self._wiring.settings.people.teams_of(visitor.person)) if mine else (),
            assignee=visitor.person.id if mine else "",
        )

    def _teams(self, seen: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
        words = Words(self._wiring)
        return sorted(
            ((owner, words.team(owner)) for owner in {owner for owner, _ in seen if owner}), key=lambda t: t[1]
        )


class Words:
    """What stands in a case's columns, as people read it."""

    def __init__(self, wiring: Wiring) -> None:
        self._people = wiring.settings.people

    def team(self, owner: str) -> str:
        team = self._people.team(owner)
        return team.name if team else owner or "nobody"

    def person(self, person_id: str) -> str:
        person = self._people.person(person_id)
        return person.name if person else person_id

    def severity(self, number: int) -> str:
        return Severity(number).word

    def priority(self, rank: int) -> str:
        return priority_of(rank).value

    def state(self, state: str, closing: Closing | None = None) -> str:
        return state_words(CaseState(state), closing, brief=True)

    def case(self, number: int) -> str:
        return case_name(number)


def latest_plan(view: CaseView, offers: Offers, now: datetime) -> Form | None:
    """The latest plan, while it is of use: a finished run or a closed case has its proof instead."""
    if view.plan_problem:
        return plan_failed_form(view)
    offer = offers.get(CONFIRM, view.plan_id) if view.plan_id else ""
    return plan_form(view, view.plan, offer, now) if view.plan and (offer or view.run is None) else None


def _pressed_at(request: Request) -> datetime | None:
    """When *Fix now…* was pressed, as the redirect said; None where it did not, or said nonsense."""
    text = request.query_params.get("reading", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 14):
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)
