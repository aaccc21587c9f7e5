"""Signing in at the company's OpenID Connect provider: there, back, and whom of config/teams.yaml that makes."""

from __future__ import annotations

from datetime import timedelta

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.model.person import People, Person
from bot.web.console_attempt import LASTS, Attempt
from bot.web.console_pages import HEADERS, Pages, moved
from bot.web.console_sessions import Sessions, set_cookie
from bot.web.console_way_back import way_back
from bot.wiring import Wiring
from connectors.contract.failure import NeedsHuman, Refused, Retriable
from connectors.contract.message import Identity
from connectors.contract.profile import Profile
from connectors.oidc import OidcProvider
from connectors.text import clean

log = structlog.get_logger()
_TELL = "If it stays so, tell whoever runs Suture."


class OidcSignIn:
    """``/sign-in/oidc`` and ``/sign-in/oidc/callback``."""

    def __init__(self, wiring: Wiring, provider: OidcProvider, pages: Pages, sessions: Sessions) -> None:
        self._wiring, self._provider, self._pages, self._sessions = wiring, provider, pages, sessions
        secure = wiring.settings.public_url.startswith("https://")
        self._cookie = "__Host-suture-oidc" if secure else "suture_oidc"

    async def leave_for(self, request: Request) -> Response:
        """To the provider, with ``again=1`` to prove anew who they are; the attempt is in this browser's cookie."""
        secret = self._sessions.new_token()
        asked = request.query_params
        wanted = asked.get("to") or way_back(request, self._wiring.settings.public_url)
        attempt = Attempt.begun(secret, self._wiring.clock(), wanted, again=asked.get("again") == "1")
        try:
            address = await self._provider.sign_in_address(
                state=attempt.state,
                nonce=attempt.nonce,
                verifier=attempt.verifier,
                max_age=self._max_age(attempt),
            )
        except (Retriable, Refused, NeedsHuman) as failure:
            return self._failed(failure)
        answer = RedirectResponse(address, 303, headers=HEADERS)
        set_cookie(answer, self._cookie, attempt.cookie, LASTS, self._wiring)
        return answer

    async def come_back(self, request: Request) -> Response:
        """From the provider, with a code or an error. The attempt is over, however it went."""
        answer = await self._answered(request)
        set_cookie(answer, self._cookie, "", timedelta(), self._wiring)
        return answer

    async def _answered(self, request: Request) -> Response:
        told = request.query_params
        attempt = Attempt.read(request.cookies.get(self._cookie, ""), self._wiring.clock())
        if attempt is None or not attempt.fits(told.get("state", "")):
            return self._refused(400, "This sign-in was not begun in this browser, or more than ten minutes ago.")
        try:
            await self._provider.check_answer(told.get("iss"))
            if "error" in told or not told.get("code"):
                return self._refused(
                    403, f"{self._name} did not sign you in ({clean(told.get('error', 'no code'), 60)})."
                )
            profile = await self._provider.profile(
                code=told["code"], nonce=attempt.nonce, verifier=attempt.verifier, max_age=self._max_age(attempt)
            )
        except (Retriable, Refused, NeedsHuman) as failure:
            return self._failed(failure)
        return await self._let_in(request, attempt, profile)

    async def _let_in(self, request: Request, attempt: Attempt, profile: Profile) -> Response:
        people = self._wiring.settings.people
        known = person_of(people, profile)
        if isinstance(known, str):
            log.warning("sign-in refused", why=known, subject=clean(profile.subject, 80))
            return self._refused(403, known)
        person = people.of(Identity("console", known.id, groups=profile.groups))
        if person is None:
            return self._refused(403, f"{known.name} may not use the console: config/teams.yaml lacks console: true.")
        token = self._sessions.new_token()
        async with self._wiring.store.write() as connection:
            await self._sessions.begin(connection, request, person, token, profile)
        answer = moved(attempt.to)
        self._sessions.let_in(answer, token)
        return answer

    def _max_age(self, attempt: Attempt) -> timedelta | None:
        return self._wiring.settings.policy.fresh_sign_in if attempt.again else None

    @property
    def _name(self) -> str:
        return self._wiring.settings.console.oidc.name

    def _failed(self, failure: Retriable | Refused | NeedsHuman) -> Response:
        log.warning("sign-in failed", kind=type(failure).__name__, why=str(failure))
        if isinstance(failure, Retriable):
            return self._refused(503, f"{self._name} does not answer: {failure}.")
        if isinstance(failure, NeedsHuman):
            return self._refused(502, f"Signing in is not set up right: {failure}.")
        return self._refused(403, f"What {self._name} answered cannot be trusted: {failure}.")

    def _refused(self, status: int, why: str) -> Response:
        return self._pages.refusal(status, "Not signed in", f"{why} {_TELL}", again="/sign-in/oidc")


def person_of(people: People, profile: Profile) -> Person | str:
    """Whom of config/teams.yaml the provider's word makes, or why nobody.

    By the subject that stands there; else by a verified e-mail, but never where a subject stands beside that e-mail: a
    provider may give an address to somebody else one day, a subject never.
    """
    by_subject = people.of(Identity("oidc", profile.subject))
    if by_subject is not None:
        return by_subject
    if not profile.email:
        return "The provider tells no e-mail of yours, and config/teams.yaml does not list its subject for you as oidc."
    if not profile.email_verified:
        return "The provider has not verified your e-mail. Have it verified there, and sign in again."
    address = clean(profile.email, 120)
    return people.by_email(profile.email, "oidc") or (
        f"Nobody in config/teams.yaml has the e-mail {address}, or oidc ties them to another account of the provider."
    )
