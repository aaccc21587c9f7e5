"""Opening and closing a session of the console, however the person proved who they are."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from bot.model.person import Person
from bot.store import audit
from bot.store.sessions import NewSession, begin_session, end_session, forget_expired
from bot.web.console_door import cookie_name, csrf_of
from bot.web.console_way_back import forget_way_back
from bot.wiring import Wiring
from connectors.contract.profile import Profile


class Sessions:
    """Every sign-in gets a secret of its own, so that nobody can have put one into the browser beforehand."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def new_token(self) -> str:
        """256 random bits."""
        return self._wiring.new_id() + self._wiring.new_id()

    async def begin(
        self, connection: AsyncConnection, request: Request, person: Person, token: str, profile: Profile | None = None
    ) -> None:
        """Open it in the caller's transaction, with its audit record; what this browser had before ends."""
        now, console = self._wiring.clock(), self._wiring.settings.console
        new = NewSession(
            person=person.id,
            token=token,
            csrf=csrf_of(token),
            expires_at=now + console.session,
            seen_at=now,
            signed_in_at=profile.signed_in_at if profile else now,
            issuer=profile.issuer if profile else "",
            groups=profile.groups if profile else (),
            id_token=profile.id_token if profile else "",
        )
        await end_session(connection, request.cookies.get(cookie_name(self._wiring.settings.public_url), ""))
        await forget_expired(connection, now, console.idle)
        await begin_session(connection, new)
        await audit.append(connection, [self.record(person, "sign-in", profile)])

    def record(self, person: Person, act: str, profile: Profile | None = None) -> audit.Record:
        """That they signed in or out; with a provider, also which, and which teams its groups made them a member of."""
        joined = [team.id for team in self._wiring.settings.people.teams if team.oidc_groups & person.groups]
        detail = {"issuer": profile.issuer, "joined": sorted(joined)} if profile else {}
        where = f"console:{person.on('console')}"
        return audit.Record(
            at=self._wiring.clock(),
            who=person.id,
            act=act,
            target="console",
            where_from=where,
            outcome="done",
            detail=detail,
        )

    def let_in(self, answer: Response, token: str) -> None:
        """They have signed in: the session's secret goes to the browser, and it need not remember any page."""
        self.set_cookie(answer, token, self._wiring.settings.console.session)
        forget_way_back(answer, self._wiring.settings.public_url)

    def set_cookie(self, answer: Response, token: str, lasts: timedelta) -> None:
        """Only this host gets it, no script reads it, and no other site's form sends it."""
        set_cookie(answer, cookie_name(self._wiring.settings.public_url), token, lasts, self._wiring)


def set_cookie(answer: Response, name: str, value: str, lasts: timedelta, wiring: Wiring) -> None:
    """A cookie of ours: Secure wherever people come by https."""
    answer.set_cookie(
        name,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=wiring.settings.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
