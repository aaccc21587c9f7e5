"""What waits because somebody decided so: accepted risks by when they end, and snoozed cases by when they wake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from bot.store.decided import list_accepted, list_snoozed
from bot.store.listing import Listed, Place, places
from bot.web.console_cases import Words
from bot.web.console_door import Visitor, page_number
from bot.web.console_pages import Pages
from bot.wiring import Wiring

_SOON = timedelta(days=7)  # when whoever signed is asked to renew
List = Callable[[AsyncConnection, tuple[Place, ...], int], Awaitable[Listed]]


class DecidedPages:
    """``/acceptances`` and ``/snoozed``: of the cases that this person may see."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    async def acceptances(self, request: Request, visitor: Visitor) -> Response:
        """Who lives with which risk, why and until when."""
        return await self._page("acceptances.html", list_accepted, request, visitor)

    async def snoozed(self, request: Request, visitor: Visitor) -> Response:
        """Which cases sleep, until when, and who sent them there."""
        return await self._page("snoozed.html", list_snoozed, request, visitor)

    async def _page(self, template: str, rows: List, request: Request, visitor: Visitor) -> Response:
        async with self._wiring.store.read() as connection:
            seen = tuple(place for place in await places(connection) if visitor.may_view(*place))
            listed = await rows(connection, seen, page_number(request))
        return self._pages.page(
            template,
            visitor=visitor,
            listed=listed,
            address=f"{request.url.path}?page=",
            soon=self._wiring.clock() + _SOON,
            words=Words(self._wiring),
        )
