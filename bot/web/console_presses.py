"""A form comes in from a page: a pressed button, a filled form, typed words. It becomes a Click or a Command."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.model.case import case_name, case_number
from bot.model.policy import Act, Denied, may
from bot.response.inbox import BotInbox
from bot.response.replay import NotReplayed, replay
from bot.views.answers import address_in, notice, refusal
from bot.web.console_door import Fields, Visitor
from bot.web.console_pages import Pages, moved
from bot.web.console_said import hand_on, said_of
from bot.wiring import Wiring
from connectors.contract.message import Click, Command, Form, Level, Message, ReplyTo

_INPUT = "input-"  # how the fields of a form are told from our own
_LONGEST_COMMAND = 500


class Presses:
    """``POST /press``, ``POST /replay`` and ``POST /command``; the door has checked who sends them."""

    def __init__(self, wiring: Wiring, inbox: BotInbox, pages: Pages) -> None:
        self._wiring = wiring
        self._inbox = inbox
        self._pages = pages

    async def press(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """One press. Its key came with the page, so that sending the same form twice is one press."""
        click = Click(
            actor=visitor.identity,
            offer=fields.get("offer", "")[:80],
            key=_key(visitor, fields),
            inputs={name.removeprefix(_INPUT): v.strip() for name, v in fields.items() if name.startswith(_INPUT)},
            submitted=fields.get("submitted") == "1",
            reply=ReplyTo("console"),
        )
        answer = await self._inbox.click(click)
        number = case_number(fields.get("case", ""))
        page = f"/cases/{case_name(number)}" if number is not None else "/"
        if isinstance(answer, Form):
            return self._pages.page("form.html", visitor=visitor, form=answer, back=page, key=self._wiring.new_id())
        if isinstance(answer, Message):
            confirm = address_in(answer).removeprefix(self._wiring.settings.public_url)
            return moved(confirm) if confirm else self._handed_on(answer, visitor, page)
        pressed_at = int(self._wiring.clock().timestamp() * 1000)
        # No #plan behind it: a browser does not load a page anew for the fragment it already stands at.
        return moved(f"{page}?reading={pressed_at}")

    async def replay(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """Read a delivery again, because its source can be read by now."""
        wiring = self._wiring
        verdict = may(wiring.settings.policy, visitor.person, Act.REPLAY, environment="", owner=visitor.catch_all)
        if isinstance(verdict, Denied):
            return self._handed_on(refusal(verdict.why, verdict.who_could), visitor, "/quarantine")
        identity = visitor.identity
        where = f"{identity.platform}:{identity.id}"
        try:
            said = await replay(wiring, fields.get("delivery", "")[:80], who=visitor.person.id, where_from=where)
        except NotReplayed as problem:
            return self._handed_on(notice(Level.WARNING, str(problem)), visitor, "/quarantine")
        return self._handed_on(notice(Level.INFO, said), visitor, "/quarantine")

    def _handed_on(self, message: Message, visitor: Visitor, page: str) -> Response:
        secure = self._wiring.settings.public_url.startswith("https://")
        return hand_on(moved(page), said_of(message), visitor, secure=secure)

    async def command(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """Typed words, as in a chat; the answer is a page."""
        words = fields.get("words", "").strip()[:_LONGEST_COMMAND].removeprefix("/suture").strip()
        command = Command(actor=visitor.identity, words=words, key=_key(visitor, fields), reply=ReplyTo("console"))
        answer = await self._inbox.command(command)
        return self._pages.page(
            "answer.html", visitor=visitor, words=words, message=answer, new_key=self._wiring.new_id, case=""
        )


def _key(visitor: Visitor, fields: Fields) -> str:
    """Of this person and this rendered form: nobody can take another's press away by guessing."""
    return f"console-{visitor.person.id}-{fields.get('key', '')[:60]}"
