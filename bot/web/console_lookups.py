"""Looking things up: which systems a vulnerability hits, and what could not be read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.store.affected import affected
from bot.store.listing import list_quarantined
from bot.views.affected import nothing_words
from bot.web.console_cases import Words
from bot.web.console_door import Visitor, page_number
from bot.web.console_pages import Pages
from bot.web.console_said import forget, take
from bot.wiring import Wiring

_LONGEST_RECORD = 20_000


class Lookups:
    """``/affected`` and ``/quarantine``."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    async def affected(self, request: Request, visitor: Visitor) -> Response:
        """The question and, once asked, its answer: the rows this person may see."""
        asked = request.query_params.get("q", "").strip()[:200]
        answer = None
        if asked:
            async with self._wiring.store.read() as connection:
                answer = (await affected(connection, asked, self._wiring.clock())).seen_by(visitor.may_view)
        return self._pages.page(
            "affected.html",
            visitor=visitor,
            asked=asked,
            answer=answer,
            nothing=nothing_words(answer) if answer else "",
            words=Words(self._wiring),
        )

    async def quarantine(self, request: Request, visitor: Visitor) -> Response:
        """What came in and could not be read. It has no owner yet, so it is for who sees what nobody owns."""
        if not visitor.sees_unowned:
            text = "What could not be read has no owner yet; no rule in config/policy.yaml lets you see such things."
            return self._pages.refusal(404, "Nothing to see", text, visitor=visitor)
        source = request.query_params.get("source", "")
        source = source if source in self._wiring.sources else ""
        async with self._wiring.store.read() as connection:
            listed = await list_quarantined(connection, page_number(request), source)
        answer = self._pages.page(
            "quarantine.html",
            visitor=visitor,
            said=take(request, visitor),
            listed=listed,
            source=source,
            address=f"/quarantine?source={source}&page=" if source else "/quarantine?page=",
            longest=_LONGEST_RECORD,
        )
        return forget(answer)
