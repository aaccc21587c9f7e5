"""What waits for other people or for its time: questions, queued fixes, reviews, change windows and freezes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.model.change_window import opening
from bot.model.freeze import EVERYWHERE
from bot.model.policy import UNKNOWN_ENVIRONMENT, environments_of
from bot.response.freezing import freeze, unfreeze
from bot.response.reviewing import mark_reviewed
from bot.settings.units import parse_duration
from bot.store.decided import list_questions, list_queued
from bot.store.freezes import live_freezes
from bot.store.listing import places
from bot.store.reviews import list_reviews
from bot.views.answers import invalid_answer
from bot.views.freezes import changes_words, frozen_words, place_words
from bot.web.console_cases import Words
from bot.web.console_door import Fields, Visitor, page_number
from bot.web.console_pages import Pages, moved
from bot.web.console_said import Said, forget, hand_on, said_of, take
from bot.wiring import Wiring
from connectors.contract.message import Level, Message

_PAGE = "/windows"
_LONGEST_REASON = 500


class ApprovalPages:
    """``/approvals``, ``/windows``, and their presses."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    async def approvals(self, request: Request, visitor: Visitor) -> Response:
        """Questions that wait for a yes, and fixes that wait for their window, of cases this person may see."""
        async with self._wiring.store.read() as connection:
            seen = tuple(place for place in await places(connection) if visitor.may_view(*place))
            questions = await list_questions(connection, seen, page_number(request))
            queued = await list_queued(connection, seen, 1)
            reviews = await list_reviews(connection, seen)
        fixes = self._wiring.fixes
        answer = self._pages.page(
            "approvals.html",
            visitor=visitor,
            said=take(request, visitor),
            reviews=reviews,
            questions=questions,
            queued=queued,
            titles={name: fix.title for name, fix in fixes.items()},
            address="/approvals?page=",
            words=Words(self._wiring),
        )
        return forget(answer)

    async def review(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """Somebody looked at a broken glass."""
        wiring, said = self._wiring, fields.get("said", "").strip()[:_LONGEST_REASON]
        policy, review_id = wiring.settings.policy, fields.get("review", "")[:120]
        async with wiring.store.write() as connection:
            answer = await mark_reviewed(
                connection, wiring.engine, policy, visitor.person, visitor.identity, review_id, said, wiring.clock()
            )
        return self._handed_on(answer, visitor, "/approvals")

    async def windows(self, request: Request, visitor: Visitor) -> Response:
        """Each environment: open or when next; what is frozen; and the form that freezes."""
        return forget(await self._windows(visitor, take(request, visitor), {}))

    async def _windows(self, visitor: Visitor, said: Said | None, typed: Fields) -> Response:
        settings, now = self._wiring.settings, self._wiring.clock()
        async with self._wiring.store.read() as connection:
            freezes = await live_freezes(connection, now)
        named = self._environments()
        found = [(each, opening(settings.policy.windows, each, now)) for each in named]
        return self._pages.page(
            "windows.html",
            visitor=visitor,
            said=said,
            typed=typed,
            changes=[(place_words(name), changes_words(name, one, freezes, now)) for name, one in found],
            freezes=[(one.environment or UNKNOWN_ENVIRONMENT, frozen_words(one, settings.people)) for one in freezes],
            choices=[*named, UNKNOWN_ENVIRONMENT, EVERYWHERE],
            everywhere=EVERYWHERE,
        )

    async def freeze(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """No changes there from now on; what was not taken comes back as it was typed."""
        answer = await self._freeze(visitor, fields)
        said = said_of(answer)
        return (
            self._handed_on(answer, visitor)
            if said.level is Level.SUCCESS
            else await self._windows(visitor, said, fields)
        )

    async def _freeze(self, visitor: Visitor, fields: Fields) -> Message:
        wiring, reason = self._wiring, fields.get("reason", "").strip()[:_LONGEST_REASON]
        if fields.get("environment") not in (*self._environments(), UNKNOWN_ENVIRONMENT, EVERYWHERE):
            return invalid_answer("there is no such environment")
        text = fields.get("span", "").strip()
        try:
            span = parse_duration(text) if text else None
        except ValueError as error:
            return invalid_answer(str(error))
        async with wiring.store.write() as connection:
            policy, place = wiring.settings.policy, _place(fields)
            identity, now = visitor.identity, wiring.clock()
            return await freeze(connection, policy, visitor.person, identity, place, span, reason, now)

    async def unfreeze(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """Changes may be made there again."""
        wiring = self._wiring
        async with wiring.store.write() as connection:
            policy, identity = wiring.settings.policy, visitor.identity
            said = await unfreeze(connection, policy, visitor.person, identity, _place(fields), wiring.clock())
        return self._handed_on(said, visitor)

    def _environments(self) -> tuple[str, ...]:
        settings = self._wiring.settings
        accounts = (account.environment for account in settings.accounts)
        return environments_of(settings.policy, (*accounts, *settings.environments))

    def _handed_on(self, message: Message, visitor: Visitor, page: str = _PAGE) -> Response:
        secure = self._wiring.settings.public_url.startswith("https://")
        return hand_on(moved(page), said_of(message), visitor, secure=secure)


def _place(fields: Fields) -> str:
    """The environment as cases have it."""
    told = fields.get("environment", "")[:80]
    return "" if told == UNKNOWN_ENVIRONMENT else told
