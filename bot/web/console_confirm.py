"""The page behind a button that can only open a link (Teams one way): the case, the act, the plan, and one form.

Opening it decides nothing, since link previews open links too. The form is pressed like any other of the console's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from bot.model.case_view import CaseView, Offers
from bot.model.policy import Act
from bot.response.asked import Outcome
from bot.response.fresh_sign_in import is_fresh, plan_asks_for_sign_in
from bot.response.offers import CONFIRM, act_of, offers_for
from bot.response.viewing import Seen, Viewing
from bot.store.presses import last_press, offer_by_id
from bot.views.buttons import ACT_WORDS, buttons_of
from bot.views.card import case_card, state_words
from bot.views.times import span_words
from bot.web.console_cases import Words, latest_plan
from bot.web.console_door import Visitor
from bot.web.console_pages import Pages
from bot.wiring import Wiring
from connectors.contract.message import Button, Context, Fields, Listing

_LEFT_OUT = (Context, Fields, Listing)  # of the card: the case's own page has them


@dataclass(frozen=True, slots=True, kw_only=True)
class _Confirm:
    """What a link asks about: the button, the case it is of, and who pressed the same before."""

    name: str  # of the offer: an act's, or another word for the same act, such as deny
    act: Act
    offer: str  # "" when it is not offered any more
    fix: str  # which one, where the act is about one
    seen: Seen
    pressed: Any
    proves: bool  # only whoever signed in a moment ago may press it

    @property
    def view(self) -> CaseView:
        return self.seen.view


class Confirming:
    """``GET /confirm/{link}``; the door has checked who opens it."""

    def __init__(self, wiring: Wiring, viewing: Viewing, pages: Pages) -> None:
        self._wiring = wiring
        self._viewing = viewing
        self._pages = pages
        self._words = Words(wiring)

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """The form; 404 for a link that is not ours, 410 when it is too old, 409 or 403 when it cannot be pressed."""
        link = await self._wiring.links.read(str(request.path_params["link"]))
        async with self._wiring.store.read() as connection:
            asked = await self._asked(connection, link.offer, visitor) if link is not None else None
        if link is None or asked is None:
            text = "This link is not one of ours, or a part of it is missing; or its case is not for you to see."
            return self._pages.refusal(404, "That link leads nowhere", text, visitor=visitor)
        if link.is_over(self._wiring.clock()):
            text = f"The card's buttons open for a while only, and this one is over. {asked.view.name} has them all."
            return self._refused(410, "That link is too old", text, asked, visitor)
        if asked.seen.new:  # the plan's own button may be shown here first
            async with self._wiring.store.write() as connection:
                await asked.seen.keep(connection)
        return self._page(asked, visitor, request)

    async def _asked(self, connection: AsyncConnection, offer_id: str, visitor: Visitor) -> _Confirm | None:
        row = await offer_by_id(connection, offer_id)
        seen = await self._viewing.see(connection, row.case_id) if row is not None else None
        if seen is None or not visitor.may_view(seen.view.owner, seen.view.environment):
            return None
        act = act_of(row.act)
        pressed = await last_press(connection, row.case_id, act.value, Outcome.DONE.value)
        return _Confirm(
            name=row.act,
            act=act,
            # Two that were written down in the same moment for one button are one: what counts is what it would do.
            offer=seen.offers.get(row.act, str(row.arguments.get("of", ""))),
            fix=str(row.arguments.get("fix", "")),
            seen=seen,
            pressed=pressed,
            proves=await self._proves(connection, row, seen.view),
        )

    async def _proves(self, connection: AsyncConnection, row: Any, view: CaseView) -> bool:
        """Whether what the button would start cannot be undone, so that it takes a fresh sign-in."""
        question = view.approval if row.act == Act.APPROVE.value else None
        plan_id = question.plan_id if question is not None else str(row.arguments.get("plan", ""))
        level = question.level if question is not None else None
        policy, now = self._wiring.settings.policy, self._wiring.clock()
        return bool(plan_id) and await plan_asks_for_sign_in(
            connection, policy, self._wiring.fixes, plan_id, level, now
        )

    def _page(self, asked: _Confirm, visitor: Visitor, page: Request) -> Response:
        view, now = asked.view, self._wiring.clock()
        if asked.offer not in asked.seen.offers.ids.values():
            text = f"{view.name} is {state_words(view.state, view.closing)} now.{self._before(asked)}"
            return self._refused(409, f"No longer possible: {ACT_WORDS[asked.act]}", text, asked, visitor)
        theirs, others = offers_for(visitor.person, view, asked.seen.offers, self._wiring.settings)
        if asked.offer not in theirs.ids.values():
            who = ", ".join(dict(others).get(asked.act, ())) or "nobody"
            text = f"No rule of config/policy.yaml lets you do this on {view.name}. Who could: {who}."
            return self._refused(403, f"Not for you: {ACT_WORDS[asked.act]}", text, asked, visitor)
        button = _button(asked, theirs)
        reads_plan = asked.name == Act.FIX.value
        planned = asked.name in (Act.FIX.value, CONFIRM) and [each.fix for each in view.plan[:1]] == [asked.fix]
        plan = latest_plan(view, theirs, now) if planned else None
        ready = plan is not None and bool(plan.submit)
        again = asked.proves and not is_fresh(visitor.signed_in_at, self._wiring.settings.policy, now)
        parts = () if ready else case_card(view, Offers(), now).parts  # a plan says both risks itself
        return self._pages.page(
            "confirm.html",
            visitor=visitor,
            view=view,
            state=state_words(view.state, view.closing),
            act=button.label.rstrip("…"),
            button=button,
            again=again,
            here=page.url.path,
            lasts=span_words(self._wiring.settings.policy.fresh_sign_in),
            plan=plan if ready else None,
            reads_plan=reads_plan,
            parts_shown=[part for part in parts if not isinstance(part, _LEFT_OUT)],
            before=self._before(asked),
            new_key=self._wiring.new_id,
        )

    def _before(self, asked: _Confirm) -> str:
        """Who pressed the same before: a link may lie in a channel for hours."""
        if asked.pressed is None or asked.name != asked.act.value:
            return ""
        who = self._words.person(asked.pressed.person)
        return f" {who} pressed {ACT_WORDS[asked.act]} {self._pages.distance(asked.pressed.at)}."

    def _refused(self, status: int, title: str, text: str, asked: _Confirm, visitor: Visitor) -> Response:
        return self._pages.refusal(status, title, text, visitor=visitor, case=asked.view.name)


def _button(asked: _Confirm, theirs: Offers) -> Button:
    """The card's own button of that offer; a plain one where a card has no room for it."""
    shown, hidden = buttons_of(asked.view, theirs)
    words = ACT_WORDS[asked.act]
    plain = Button(asked.offer, words, f"{words} for {asked.view.name}")
    return next((button for button in (*shown, *hidden) if button.offer == asked.offer), plain)
