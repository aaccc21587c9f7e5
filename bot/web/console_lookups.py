"""Looking things up: which systems a vulnerability hits, the audit trail, what could not be read."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from bot.model.case import case_name, case_number
from bot.store.affected import affected
from bot.store.audit import Verified, head, latest, verify
from bot.store.cases import case_by_id
from bot.store.listing import list_quarantined
from bot.web.console_cases import Words
from bot.web.console_door import Visitor, page_number
from bot.web.console_pages import Pages
from bot.web.console_said import forget, take
from bot.wiring import Wiring

_VERIFIED_AT_ONCE = 20_000  # a longer trail is checked when someone asks for it
_RECORDS = 50
_LONGEST_RECORD = 20_000


class Lookups:
    """``/affected``, ``/audit`` and ``/quarantine``."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    async def affected(self, request: Request, visitor: Visitor) -> Response:
        """The question and, once asked, its answer: the rows this person may see."""
        asked = request.query_params.get("q", "").strip()[:200]
        answer = None
        if asked:
            async with self._wiring.store.read() as connection:
                answer = await affected(connection, asked, self._wiring.clock())
        found = [row for row in answer.systems if visitor.may_view(row.owner, row.environment)] if answer else []
        told = [case for case in answer.cases if visitor.may_view(case.owner, case.environment)] if answer else []
        hidden = len(answer.systems) + len(answer.cases) - len(found) - len(told) if answer else 0
        return self._pages.page(
            "affected.html",
            visitor=visitor,
            asked=asked,
            answer=answer,
            systems=found,
            cases=told,
            hidden=hidden,
            words=Words(self._wiring),
        )

    async def audit(self, request: Request, visitor: Visitor) -> Response:
        """The latest decisions, and whether the trail still is as it was written."""
        number = case_number(request.query_params.get("case", ""))
        target = case_name(number) if number is not None else ""
        before = page_number(request, "before") if request.query_params.get("before") else 0
        async with self._wiring.store.read() as connection:
            last = await head(connection)
            ask = request.query_params.get("check") == "1" or last.sequence <= _VERIFIED_AT_ONCE
            verdict = await verify(connection) if ask else None
            rows = await latest(connection, target=target, before=before, limit=_RECORDS)
            shown = [_shown(row) for row in rows if await self._may_see(connection, visitor, row.target)]
        older = urlencode(({"case": target} if target else {}) | {"before": rows[-1].sequence}) if rows else ""
        return self._pages.page(
            "audit.html",
            visitor=visitor,
            rows=shown,
            target=target,
            last=last,
            verdict=verdict,
            good=isinstance(verdict, Verified),
            older=f"/audit?{older}" if len(rows) == _RECORDS else "",
            words=Words(self._wiring),
        )

    async def quarantine(self, request: Request, visitor: Visitor) -> Response:
        """What came in and could not be read. It has no owner yet, so it is for who sees what nobody owns."""
        if not visitor.sees_unowned:
            text = "What could not be read has no owner yet; no rule in config/policy.yaml lets you see such things."
            return self._pages.refusal(404, "Nothing to see", text, visitor=visitor)
        async with self._wiring.store.read() as connection:
            listed = await list_quarantined(connection, page_number(request))
        answer = self._pages.page(
            "quarantine.html",
            visitor=visitor,
            said=take(request, visitor),
            listed=listed,
            address="/quarantine?page=",
            longest=_LONGEST_RECORD,
        )
        return forget(answer)

    async def _may_see(self, connection: Any, visitor: Visitor, target: str) -> bool:
        """A case's record is for whoever may see the case; all others are for who sees what nobody owns."""
        number = case_number(target) if target.startswith("S-") else None
        case = await case_by_id(connection, number) if number is not None else None
        return visitor.may_view(case["owner"], case["environment"]) if case else visitor.sees_unowned


def _shown(row: Any) -> dict[str, Any]:
    """A record for the page; its detail is text, since it may hold anything."""
    detail = {key: value for key, value in dict(row.detail).items() if value not in ("", None)}
    return dict(row._mapping) | {"detail": json.dumps(detail, indent=2, ensure_ascii=False) if detail else ""}
