"""The sources, and how to connect each: address, secret's name, steps, a line to try it, and whether it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.model.source_state import Last, SourceState, Switch
from bot.response.sources import source_state, source_states
from bot.store.arrivals import arrivals, last_arrival
from bot.views import setting_up
from bot.views.counts import counted
from bot.views.sources import last_words, switch_words
from bot.views.times import at_minute
from bot.web.console_door import Visitor
from bot.web.console_pages import HEADERS, Pages
from bot.wiring import Wiring

_EVERY = 3  # seconds between two looks of the light
_WATCHES = timedelta(minutes=10)  # then it stops, so that a forgotten page does not keep its session awake
_FRAMES = HEADERS["Content-Security-Policy"] + "; frame-src 'self'"
_FRAMED = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
_HERE_ONLY = frozenset({"localhost", "127.0.0.1", "::1"})


class SourcePages:
    """``/sources``, ``/sources/{source}`` and the light on it. For who sees what nobody owns, as the quarantine is."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    async def list(self, request: Request, visitor: Visitor) -> Response:
        """Every source with its state."""
        if not visitor.sees_unowned:
            return self._not_theirs(visitor)
        async with self._wiring.store.read() as connection:
            states = await source_states(connection, self._wiring)
        return self._pages.page(
            "sources.html",
            visitor=visitor,
            states=[state for state in states if _is_known(state)],
            others=[state for state in states if not _is_known(state)],
            on=any(state.switch is Switch.ON for state in states),
            switch_words=switch_words,
            last_words=last_words,
        )

    async def one(self, request: Request, visitor: Visitor) -> Response:
        """How to connect one."""
        name = request.path_params["source"]
        if not visitor.sees_unowned:
            return self._not_theirs(visitor)
        if name not in self._wiring.sources:
            return self._pages.refusal(404, "No such source", "See Sources for all there are.", visitor=visitor)
        async with self._wiring.store.read() as connection:
            came = (await arrivals(connection, [name], self._wiring.clock()))[name]
        answer = self._page(visitor, source_state(self._wiring, name, came))
        answer.headers["Content-Security-Policy"] = _FRAMES
        return answer

    def _page(self, visitor: Visitor, state: SourceState) -> Response:
        public_url, source = self._wiring.settings.public_url, self._wiring.sources[state.id]
        return self._pages.page(
            "source.html",
            visitor=visitor,
            state=state,
            since=int(self._wiring.clock().timestamp() * 1000),
            addresses=setting_up.addresses(public_url, source),
            public=urlsplit(public_url).hostname not in _HERE_ONLY,
            docs=source.docs,
            arrives=source.arrives,
            vendor_docs=source.vendor_docs,
            unconfirmed=source.unconfirmed,
            says_gone=source.says_gone,
            proofs=setting_up.proofs(source),
            secret_words=setting_up.secret_words(state),
            switch_on=setting_up.switch_on(state),
            switch_words=switch_words,
            tries=setting_up.try_lines(public_url, source, state),
        )

    async def light(self, request: Request, visitor: Visitor) -> Response:
        """When it last came, and anew every few seconds while the page around it is fresh."""
        name, now = request.path_params["source"], self._wiring.clock()
        if not visitor.sees_unowned or name not in self._wiring.sources:
            return self._not_theirs(visitor)
        async with self._wiring.store.read() as connection:
            last = await last_arrival(connection, name)
        since = _moment(request.query_params.get("since", ""))
        watching = since is not None and timedelta(0) <= now - since < _WATCHES
        lamp, word, text = _lamp(last, since, now, on=name in self._wiring.settings.sources)
        stopped = "" if watching else " Load the page again to watch on."
        answer = self._pages.page(
            "light.html", lamp=lamp, word=word, text=text + stopped, refresh=_EVERY if watching else 0
        )
        answer.headers["Content-Security-Policy"] = _FRAMED
        return answer

    def _not_theirs(self, visitor: Visitor) -> Response:
        text = "Sources are for who sees what nobody owns yet; no rule in config/policy.yaml lets you."
        return self._pages.refusal(404, "Nothing to see", text, visitor=visitor)


def _is_known(state: SourceState) -> bool:
    """Whether the configuration names it, or something came from it once."""
    return state.switch is not Switch.NOT_NAMED or state.arrivals.last_at is not None


def _lamp(last: Last | None, since: datetime | None, now: datetime, *, on: bool) -> tuple[str, str, str]:
    """(colour, word, sentence): green once something came while somebody watched."""
    if last is None:
        return ("off", "Off.", "Nothing can come in.") if not on else ("waiting", "Waiting.", "Nothing has come yet.")
    what = f"{counted(last.findings, 'finding')}, {last.quarantined} quarantined"
    ago = f"{last_words(last.at, now).capitalize()} ({at_minute(last.at)}): {what}."
    if since is not None and last.at >= since:
        return "came", "Received.", ago
    return "before", "Last received", f"{ago[0].lower()}{ago[1:]}"


def _moment(text: str) -> datetime | None:
    """Milliseconds since 1970 as our own page wrote them; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 14):
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)
