"""As whom one is known, and tying an account of a chat to oneself: only by a press, on a page that asks first.

The address comes from a chat, and whoever opens it may have been sent it by somebody else. So the page says whose
account would be tied to whom, and what that lets them do.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from bot.model.identities import Account, Linked, why_not_linked
from bot.response.identify import Identify
from bot.store import audit
from bot.store.identities import StoredLinks, add_link, link_of, remove_link, requested, use_up
from bot.views.answers import notice
from bot.views.identities import how_known, person_answer
from bot.web.console_door import Fields, Visitor
from bot.web.console_pages import Pages, moved
from bot.web.console_said import forget, hand_on, said_of, take
from bot.wiring import Wiring
from connectors.contract.message import Level

_OVER = "It was used already, it is older than a quarter of an hour, or you asked for another one since. "
_AGAIN = "Type /suture link in the chat to get a new one."


class Identities:
    """``/me``, ``/link`` and ``/unlink``; the door has checked who comes."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages
        self._identify = Identify(wiring.settings.people, wiring.directories, StoredLinks(wiring.store))

    async def me(self, request: Request, visitor: Visitor) -> Response:
        """Name, teams and accounts, each with how it is known; what was linked can be unlinked here."""
        held = await self._identify.held(visitor.person)
        about = person_answer(visitor.person, self._wiring.settings.people.teams_of(visitor.person), ())
        said = take(request, visitor)
        chats = sorted(self._wiring.directories)
        page = self._pages.page(
            "me.html", visitor=visitor, said=said, about=about.text, held=held, how=how_known, chats=chats
        )
        return forget(page)

    async def confirm(self, request: Request, visitor: Visitor) -> Response:
        """The question. Opening it ties nothing; 410 when the address is over, 409 when the account is somebody's."""
        token = str(request.path_params["token"])
        async with self._wiring.store.read() as connection:
            account = await requested(connection, token, self._wiring.clock())
            why = await self._why_not(connection, account, visitor) if account is not None else ""
        if account is None:
            return self._pages.refusal(410, "That address works no more", _OVER + _AGAIN, visitor=visitor)
        if why:
            return self._pages.refusal(409, "Not linked", f"{_named(account)}: {why}.", visitor=visitor)
        workspace, _, member = account.id.rpartition(":")
        return self._pages.page(
            "link.html", visitor=visitor, token=token, account=account, workspace=workspace, member=member
        )

    async def link(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """Tie it. One transaction: the address is used up and the account linked, with its record, or neither."""
        token, now = fields.get("token", ""), self._wiring.clock()
        async with self._wiring.store.write() as connection:
            account = await requested(connection, token, now)
            if account is None or not await use_up(connection, token):
                return self._handed_on(Level.WARNING, f"Nothing was linked. {_OVER}{_AGAIN}", visitor)
            before = await link_of(connection, account.chat, account.id)
            why = why_not_linked(self._wiring.settings.people, visitor.person, account, before)
            new = Linked(account=account, person=visitor.person.id, at=now)
            if not why and not await add_link(connection, new, before):
                why = "somebody else linked it just now"
            await self._record(connection, "link", account, visitor, refused=why)
        if why:
            return self._handed_on(Level.WARNING, f"Not linked: {_named(account)}: {why}.", visitor)
        return self._handed_on(Level.SUCCESS, f"Linked: {_named(account)} is you.", visitor)

    async def unlink(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """Untie one of one's own; whatever is pressed with it from now on is a stranger's."""
        chat, wanted = fields.get("chat", "")[:40], fields.get("account", "")[:200]
        async with self._wiring.store.write() as connection:
            linked = await link_of(connection, chat, wanted)
            theirs = linked is not None and await remove_link(connection, chat, wanted, visitor.person.id)
            if linked is None or not theirs:
                return self._handed_on(Level.WARNING, "Nothing was unlinked: that is no link of yours.", visitor)
            await self._record(connection, "unlink", linked.account, visitor)
        return self._handed_on(Level.SUCCESS, f"Unlinked: {_named(linked.account)} is you no more.", visitor)

    async def _why_not(self, connection: AsyncConnection, account: Account, visitor: Visitor) -> str:
        before = await link_of(connection, account.chat, account.id)
        return why_not_linked(self._wiring.settings.people, visitor.person, account, before)

    async def _record(
        self, connection: AsyncConnection, act: str, account: Account, visitor: Visitor, *, refused: str = ""
    ) -> None:
        record = audit.Record(
            at=self._wiring.clock(),
            who=visitor.person.id,
            act=act,
            target=str(account),
            where_from=f"console:{visitor.identity.id}",
            outcome="refused" if refused else "done",
            detail={"name": account.name, "why": refused} if refused else {"name": account.name},
        )
        await audit.append(connection, [record])

    def _handed_on(self, level: Level, text: str, visitor: Visitor) -> Response:
        secure = self._wiring.settings.public_url.startswith("https://")
        return hand_on(moved("/me"), said_of(notice(level, text)), visitor, secure=secure)


def _named(account: Account) -> str:
    return f"{account.chat.capitalize()} member {account.name or 'without a name'} ({account.id})"
