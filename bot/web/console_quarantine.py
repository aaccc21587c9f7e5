"""One record that could not be read: why and where, a first draft of a mapping, and a place to try it."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from bot.model.mapping_draft import Draft
from bot.response.learning import Held, Tried, first_draft, held_record, try_mapping
from bot.settings.typed_mapping import LONGEST, NotAMapping, typed_mapping
from bot.web.console_door import Fields, Visitor
from bot.web.console_pages import Pages
from bot.wiring import Wiring

_GENERIC = "generic"
_SHOWN = 50  # findings of a trial
_LONGEST_RECORD = 20_000


class QuarantinePages:
    """``/quarantine/{record}`` and ``POST /quarantine/{record}/try``."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    async def one(self, request: Request, visitor: Visitor) -> Response:
        """The record and, where its body is there and small enough, a draft."""
        held = await self._held(request, visitor)
        if held is None:
            return self._nothing(visitor)
        found = await asyncio.to_thread(first_draft, self._wiring.sources[_GENERIC], held)
        return self._page(visitor, held, found, found.as_yaml() if found.guesses else "", None)

    async def attempt(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """What the typed mapping would make of the stored body."""
        held = await self._held(request, visitor)
        if held is None:
            return self._nothing(visitor)
        typed = fields.get("mapping", "")[: LONGEST + 1].replace("\r\n", "\n")
        generic = self._wiring.sources[_GENERIC]
        found = await asyncio.to_thread(first_draft, generic, held)
        try:
            tried = await asyncio.to_thread(try_mapping, generic, held, typed_mapping(typed))
        except NotAMapping as problem:
            tried = Tried(problems=(str(problem),))
        return self._page(visitor, held, found, typed, tried)

    async def _held(self, request: Request, visitor: Visitor) -> Held | None:
        number = str(request.path_params["record"])
        if not visitor.sees_unowned or not (number.isascii() and number.isdigit() and len(number) < 16):
            return None
        async with self._wiring.store.read() as connection:
            return await held_record(connection, int(number))

    def _page(self, visitor: Visitor, held: Held, found: Draft, typed: str, tried: Tried | None) -> Response:
        return self._pages.page(
            "quarantined.html",
            visitor=visitor,
            row=held.record,
            held=held,
            draft=found,
            typed=typed,
            tried=tried,
            shown=_SHOWN,
            longest=_LONGEST_RECORD,
            longest_mapping=LONGEST,
            generic=held.record.source == _GENERIC,
        )

    def _nothing(self, visitor: Visitor) -> Response:
        text = "There is no such record in the quarantine, or no rule in config/policy.yaml lets you see it."
        return self._pages.refusal(404, "Nothing to see", text, visitor=visitor)
