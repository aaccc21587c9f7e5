"""The console's door: who is this, and did they themselves send this form? Every page and every act passes here."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.model.person import Person
from bot.model.policy import Act, Allowed, Policy, may
from bot.store.refusals import NOT_DONE, is_about_a_value
from bot.store.sessions import Session, keep_awake, session_of
from bot.web.answers import cause_of
from bot.web.console_pages import Pages
from bot.web.console_way_back import is_our_page, keep_in_mind
from bot.web.reading_bodies import BodyRefused, whole_body
from bot.wiring import Wiring
from connectors.contract.message import Identity
from connectors.text import split_url

log = structlog.get_logger()
_LARGEST = 64 * 1024
_FIELDS = 40
_SEEN_EVERY = timedelta(minutes=1)  # how often a session that is used is written down as such
_FORM = "application/x-www-form-urlencoded"
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone signed in, with the token that their forms must carry."""

    person: Person
    token: str  # of the session
    csrf: str
    policy: Policy
    catch_all: str = ""  # the team that has what nobody owns
    groups: tuple[str, ...] = ()  # as the company's sign-in told them for this session
    id_token: str = field(default="", repr=False)
    signed_in_at: datetime | None = None  # when they proved who they are, as far as that counts here

    def __repr__(self) -> str:
        return f"Visitor({self.person.id})"

    @property
    def identity(self) -> Identity:
        return Identity("console", self.person.on("console"), self.person.name, self.groups, self.signed_in_at)

    def may_view(self, owner: str, environment: str) -> bool:
        """Whether policy lets them see a case of that owner there."""
        return isinstance(may(self.policy, self.person, Act.VIEW, environment=environment, owner=owner), Allowed)

    @property
    def sees_unowned(self) -> bool:
        """Whether they see what has no owner and no environment yet: it is the catch-all team's."""
        return self.may_view(self.catch_all, "")


Reading = Callable[[Request, Visitor], Awaitable[Response]]
Acting = Callable[[Request, Visitor, Fields], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


class Door:
    """Wraps the rooms behind it."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    def for_reading(self, room: Reading) -> Endpoint:
        """A page for whoever is signed in; 401 and how to sign in for everyone else."""

        async def enter(request: Request) -> Response:
            visitor = await self._visitor(request)
            return await room(request, visitor) if visitor is not None else self._stranger(request)

        return enter

    def for_acting(self, room: Acting) -> Endpoint:
        """A form that must come from our own page (403) and from someone signed in (401)."""

        async def enter(request: Request) -> Response:
            try:
                fields = await fields_of(request, self._wiring.settings.public_url)
            except BodyRefused as refused:
                return self._pages.refusal(refused.status, "Not done", f"{refused}. {refused.do}".strip())
            visitor = await self._visitor(request, fields.get("csrf", ""))
            if visitor is not None:
                return await room(request, visitor, fields)
            if await self._visitor(request) is None:
                return self._stranger(request)
            return self._pages.refusal(
                403, "Not done", "This form is not one of ours. Open the page anew, and try again."
            )

        return enter

    async def _visitor(self, request: Request, csrf: str | None = None) -> Visitor | None:
        """Who the cookie says it is, as long as config/teams.yaml lets them in; ``csrf`` must be right if given."""
        settings = self._wiring.settings
        token = request.cookies.get(cookie_name(settings.public_url), "")
        if not token:
            return None
        now = self._wiring.clock()
        async with self._wiring.store.read() as connection:
            session = await session_of(connection, token, now, settings.console.idle)
        person = self._person(session) if session is not None else None
        if session is None or person is None or (csrf is not None and not session.vouches_for(csrf)):
            return None
        if now - session.seen_at >= min(_SEEN_EVERY, settings.console.idle / 4):
            async with self._wiring.store.write() as connection:
                await keep_awake(connection, token, now)
        # Where the company has a sign-in, a one-time link proves too little for what cannot be undone.
        proved = session.signed_in_at if session.issuer == settings.console.oidc.issuer else None
        told = settings.catch_all, session.groups, session.id_token, proved
        return Visitor(person, token, csrf_of(token), settings.policy, *told)

    def _person(self, session: Session) -> Person | None:
        """Whose session it is, with the teams of its groups; nobody's once its provider is no longer configured."""
        settings = self._wiring.settings
        if session.issuer not in ("", settings.console.oidc.issuer):
            return None
        return settings.people.of(Identity("console", session.person, groups=session.groups))

    def _stranger(self, request: Request) -> Response:
        """How to sign in; the page that was asked for comes afterwards, whichever way they come in."""
        to = wanted_page(request) if request.method == "GET" else "/"
        answer = self._pages.page("stranger.html", 401, to=to)
        if to != "/":
            keep_in_mind(answer, to, self._wiring.settings.public_url)
        return answer


def unless_away(pages: Pages, room: Endpoint) -> Endpoint:
    """``room``, or a page that says so while the database does not answer."""

    async def enter(request: Request) -> Response:
        try:
            return await room(request)
        except NOT_DONE as failure:
            if is_about_a_value(failure):
                return pages.refusal(400, "Not understood", "A character in the address or form is none that is known.")
            log.error("page not made", problem=cause_of(failure))
            text = "The database does not answer. Try again in a moment: the same form sent again counts once."
            return pages.refusal(503, "Not now", text)

    return enter


def cookie_name(public_url: str) -> str:
    """Of the session; behind https with the prefix that ties it to exactly this host (RFC 6265bis, 4.1.3.2)."""
    return "__Host-suture" if public_url.startswith("https://") else "suture"


def wanted_page(request: Request) -> str:
    """The address that was asked for, to come back to; "/" where it is too long or strange to be one of ours."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return asked if is_our_page(asked) else "/"


def csrf_of(token: str) -> str:
    """The token for the forms of a session: follows from its secret, so that it need not be kept anywhere."""
    return hashlib.sha256(b"suture form " + token.encode("utf-8", "surrogatepass")).hexdigest()


async def fields_of(request: Request, public_url: str) -> Fields:
    """The fields of a form that our own page sent. Raises BodyRefused; 403 for another site's."""
    if not is_our_own(request, public_url):
        raise BodyRefused(403, "this form was sent by another site", "Open the page itself, and try again")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise BodyRefused(415, f"a form is {_FORM}, not {kind[:60]!r}")
    body = await whole_body(request, _LARGEST)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise BodyRefused(400, "the form cannot be read") from None
    return dict(pairs)


def is_our_own(request: Request, public_url: str) -> bool:
    """Whether a browser says that our own page sent it (OWASP CSRF Prevention: Fetch Metadata, then Origin).

    Where a browser says neither, the token in the form still has to be right."""
    site = request.headers.get("sec-fetch-site", "")
    if site and site != "same-origin":
        return False
    origin = request.headers.get("origin", "")
    if not origin:
        return True
    if origin == "null":
        return site == "same-origin"
    ours, said = urlsplit(public_url), split_url(origin)
    if said is None:  # no browser says such a thing
        return False
    return (said.scheme, said.netloc) == (ours.scheme, ours.netloc) or said.netloc == request.headers.get("host", "")


def page_number(request: Request, name: str = "page") -> int:
    """The page asked for, from 1; whatever is no number is the first."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 8 else 1
