"""Signing in by a one-time link, and out. Opening the link shows a button: a preview that opens it uses nothing up."""

from __future__ import annotations

from datetime import timedelta

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.model.person import Person
from bot.store import audit
from bot.store.sessions import consume_link, end_session
from bot.web.console_door import Fields, Visitor, fields_of
from bot.web.console_pages import Pages, moved
from bot.web.console_sessions import Sessions
from bot.web.console_way_back import is_our_page, way_back
from bot.web.reading_bodies import BodyRefused
from bot.wiring import Wiring
from connectors.contract.failure import NeedsHuman, Refused, Retriable
from connectors.contract.message import Identity

log = structlog.get_logger()


class SignIn:
    """``/sign-in`` and ``/sign-out``."""

    def __init__(self, wiring: Wiring, pages: Pages, sessions: Sessions) -> None:
        self._wiring = wiring
        self._pages = pages
        self._sessions = sessions

    async def show(self, request: Request) -> Response:
        """One button. Nothing is looked up."""
        token, to = request.query_params.get("token", ""), request.query_params.get("to", "")
        return self._pages.page("sign_in.html", token=token, to=to) if token else self._pages.page("stranger.html", 401)

    async def enter(self, request: Request) -> Response:
        """Use the link up, begin a session and go where they wanted; 403 when it is used, too old, or nobody's."""
        settings = self._wiring.settings
        try:
            fields = await fields_of(request, settings.public_url)
        except BodyRefused as refused:
            return self._pages.refusal(refused.status, "Not signed in", f"{refused}. {refused.do}".strip())
        session = self._sessions.new_token()
        person = await self._begin(request, fields.get("token", ""), session)
        if person is None:
            return self._pages.page("stranger.html", 403, used=True)
        to = fields.get("to", "")
        answer = moved(to if is_our_page(to) else way_back(request, settings.public_url))
        self._sessions.let_in(answer, session)
        return answer

    async def leave(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """End the session here, on every tab, and then at the provider that opened it."""
        async with self._wiring.store.write() as connection:
            await end_session(connection, visitor.token)
            await audit.append(connection, [self._sessions.record(visitor.person, "sign-out")])
        onwards = await self._provider_sign_out(visitor.id_token) if visitor.id_token else ""
        # A redirect would be refused: the page with the form says form-action 'self', and browsers hold the whole way
        # to it. So this page itself leads on.
        refresh = f"1; url={onwards}" if onwards else 0
        answer = self._pages.page("stranger.html", left=True, onwards=onwards, refresh=refresh)
        self._sessions.set_cookie(answer, "", timedelta())
        return answer

    async def _provider_sign_out(self, id_token: str) -> str:
        """Its address for signing out; "" where it offers none, or does not answer now."""
        provider = self._wiring.oidc
        if provider is None:
            return ""
        try:
            return await provider.sign_out_address(id_token, f"{self._wiring.settings.public_url.rstrip('/')}/sign-in")
        except (Retriable, Refused, NeedsHuman) as failure:
            log.warning("not signed out at the provider", why=str(failure))
            return ""

    async def _begin(self, request: Request, link: str, session: str) -> Person | None:
        """Whose session it is now. One transaction: a link is used up and its session begun, or neither."""
        async with self._wiring.store.write() as connection:
            whose = await consume_link(connection, link, self._wiring.clock())
            person = self._wiring.settings.people.of(Identity("console", whose)) if whose is not None else None
            if person is not None:
                await self._sessions.begin(connection, request, person, session)
        return person
