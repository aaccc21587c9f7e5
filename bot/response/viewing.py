"""A case as people see it, with the buttons it shows: the one way there for cards, pages, forms and answers."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case_view import CaseView, Offers
from bot.response.offers import offers_of
from bot.store.case_view import load_case
from bot.wiring import Wiring

_HISTORY = 50


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
        )

    async def offers(self, connection: AsyncConnection, view: CaseView) -> Offers:
        """Its buttons; makes the missing ones, so the connection must be a writing one."""
        wiring = self._wiring
        return await offers_of(connection, view, wiring.settings, wiring.new_id, wiring.clock())

    async def with_offers(self, connection: AsyncConnection, case_id: int) -> tuple[CaseView, Offers] | None:
        view = await self.case(connection, case_id)
        return (view, await self.offers(connection, view)) if view is not None else None
