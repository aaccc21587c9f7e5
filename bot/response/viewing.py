"""A case as people see it, with the buttons it shows: the one way there for cards, pages, forms and answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case_view import CaseView, Offers
from bot.response.offers import NewOffer, keep_offers, offers_of
from bot.store.case_view import load_case
from bot.wiring import Wiring

_HISTORY = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """A case and its buttons. ``new`` are those it never had before; ``keep`` them before anybody can press."""

    view: CaseView
    offers: Offers
    new: tuple[NewOffer, ...]

    async def keep(self, connection: AsyncConnection) -> None:
        await keep_offers(connection, self.new)


See = Callable[[AsyncConnection, int], Awaitable[Seen | None]]
Viewer = Callable[[AsyncConnection, int], Awaitable[tuple[CaseView, Offers] | None]]


class Viewing:
    """Loads cases for people."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    async def case(self, connection: AsyncConnection, case_id: int) -> CaseView | None:
        """The case, or None when there is none of that number."""
        wiring = self._wiring
        return await load_case(
            connection,
            case_id,
            now=wiring.clock(),
            people=wiring.settings.people,
            tables=wiring.settings.priority,
            link=wiring.settings.public_url,
            fixes=wiring.fixes,
            history=_HISTORY,
            security=wiring.settings.policy.security,
        )

    async def see(self, connection: AsyncConnection, case_id: int) -> Seen | None:
        """The case with its buttons; a reading connection is enough."""
        view = await self.case(connection, case_id)
        return await self._offered(connection, view) if view is not None else None

    async def _offered(self, connection: AsyncConnection, view: CaseView) -> Seen:
        wiring = self._wiring
        offers, new = await offers_of(connection, view, wiring.settings, wiring.new_id, wiring.clock())
        return Seen(view, offers, tuple(new))

    async def offers(self, connection: AsyncConnection, view: CaseView) -> Offers:
        """Its buttons; writes the new ones down, so the connection must be a writing one."""
        seen = await self._offered(connection, view)
        await seen.keep(connection)
        return seen.offers

    async def with_offers(self, connection: AsyncConnection, case_id: int) -> tuple[CaseView, Offers] | None:
        """The case with its buttons, written down; on a writing connection."""
        view = await self.case(connection, case_id)
        return (view, await self.offers(connection, view)) if view is not None else None
