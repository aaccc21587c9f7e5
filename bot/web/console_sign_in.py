"""Signing in by a one-time link, and out. Opening the link shows a button: a preview that opens it uses nothing up."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.model.person import Person
from bot.store import audit
from bot.store.sessions import begin_session, consume_link, end_session, forget_expired
from bot.web.console_door import Fields, Visitor, cookie_name, csrf_of, fields_of
from bot.web.console_pages import Pages, moved
from bot.web.reading_bodies import BodyRefused
from bot.wiring import Wiring


class SignIn:
    """``/sign-in`` and ``/sign-out``."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """One button. Nothing is looked up."""
        token = request.query_params.get("token", "")
        return self._pages.page("sign_in.html", token=token) if token else self._pages.page("stranger.html", 401)

    async def enter(self, request: Request) -> Response:
        """Use the link up and begin a session; 403 when it is used, too old, or nobody's."""
        settings = self._wiring.settings
        try:
            fields = await fields_of(request, settings.public_url)
        except BodyRefused as refused:
            return self._pages.refusal(refused.status, "Not signed in", f"{refused}. {refused.do}".strip())
        session = self._wiring.new_id() + self._wiring.new_id()
        person = await self._begin(fields.get("token", ""), session)
        if person is None:
            return self._pages.page("stranger.html", 403, used=True)
        answer = moved("/")
        self._set_cookie(answer, session, int(settings.console.session.total_seconds()))
        return answer

    async def leave(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """End the session here, on every tab."""
        async with self._wiring.store.write() as connection:
            await end_session(connection, visitor.token)
            await audit.append(connection, [self._record(visitor.person, "sign-out")])
        answer = self._pages.page("stranger.html", left=True)
        self._set_cookie(answer, "", 0)
        return answer

    async def _begin(self, link: str, session: str) -> Person | None:
        """Whose session it is now. One transaction: a link is used up and its session begun, or neither."""
        now, settings = self._wiring.clock(), self._wiring.settings
        async with self._wiring.store.write() as connection:
            whose = await consume_link(connection, link, now)
            person = settings.people.person(whose) if whose is not None else None
            if person is None or not person.on("console"):
                return None
            await forget_expired(connection, now)
            await begin_session(connection, person.id, session, csrf_of(session), now + settings.console.session)
            await audit.append(connection, [self._record(person, "sign-in")])
        return person

    def _record(self, person: Person, act: str) -> audit.Record:
        where = f"console:{person.on('console')}"
        return audit.Record(
            at=self._wiring.clock(), who=person.id, act=act, target="console", where_from=where, outcome="done"
        )

    def _set_cookie(self, answer: Response, token: str, seconds: int) -> None:
        url = self._wiring.settings.public_url
        answer.set_cookie(
            cookie_name(url),
            token,
            max_age=seconds,
            path="/",
            secure=url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
