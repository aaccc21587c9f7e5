"""The audit trail on the console: a page to search it, and a file to take it away."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.model.case import case_name, case_number
from bot.model.policy import Act
from bot.response.asked import Outcome
from bot.store import audit
from bot.store.audit_search import AuditFilter, Readers, in_order, newest
from bot.store.listing import places
from bot.views.audit_export import ExportFormat
from bot.web.console_cases import Words
from bot.web.console_door import Fields, Visitor, page_number
from bot.web.console_pages import HEADERS, Pages
from bot.wiring import Wiring

_VERIFIED_AT_ONCE = 20_000  # a longer trail is checked when someone asks for it
_RECORDS = 50
_LONGEST = 200  # characters of what is typed into the search
_OTHER_ACTS = ("sign-in", "sign-out", "end-sessions", "export", "schedule", "watch")
_OTHER_OUTCOMES = ("failed", "regressed", "undone", "unknown", "expired", "void")


class AuditPages:
    """``/audit`` and ``POST /audit/export``."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    async def search(self, request: Request, visitor: Visitor) -> Response:
        """The latest decisions that fit, and whether the trail still is as it was written."""
        asked, problem = _filter(request.query_params)
        before = page_number(request, "before") if request.query_params.get("before") else 0
        async with self._wiring.store.read() as connection:
            last = await audit.head(connection)
            check = request.query_params.get("check") == "1" or last.sequence <= _VERIFIED_AT_ONCE
            verdict = await audit.verify(connection) if check else None
            wanted = await _for_reader(connection, asked, visitor)
            rows = await newest(connection, wanted, before=before, limit=_RECORDS)
        older = asked.chosen | {"before": str(rows[-1].sequence)} if len(rows) == _RECORDS else {}
        return self._pages.page(
            "audit.html",
            visitor=visitor,
            rows=[_shown(row) for row in rows],
            chosen=asked.chosen,
            problem=problem,
            last=last,
            verdict=verdict,
            good=isinstance(verdict, audit.Verified),
            older=f"/audit?{urlencode(older)}" if older else "",
            newest=f"/audit?{urlencode(asked.chosen)}" if before else "",
            words=Words(self._wiring),
            people=self._wiring.settings.people.people,
            acts=sorted({*(act.value for act in Act), *_OTHER_ACTS}),
            outcomes=sorted({*(each.value for each in Outcome), *_OTHER_OUTCOMES} - {Outcome.PENDING.value}),
        )

    async def export(self, request: Request, visitor: Visitor, fields: Fields) -> Response:
        """The records that fit and that this person may see, as a file. That they took it is a record too."""
        if not visitor.sees_unowned:
            text = (
                "Only who may view the catch-all team's records may take the trail away; config/policy.yaml says who."
            )
            return self._pages.refusal(403, "Not exported", text, visitor=visitor)
        asked, problem = _filter(fields)
        if problem or fields.get("format") not in [each.value for each in ExportFormat]:
            return self._pages.refusal(400, "Not exported", problem or "Choose JSON lines or CSV.", visitor=visitor)
        kind = ExportFormat(fields["format"])
        async with self._wiring.store.write() as connection:
            wanted = await _for_reader(connection, asked, visitor)
            last = await audit.append(connection, [self._record(visitor, asked, kind)])
        name = f"suture-audit-{self._wiring.clock():%Y-%m-%d}.{kind.value}"
        headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(self._lines(wanted, kind, last.sequence), headers=headers, media_type=kind.media_type)

    async def _lines(self, wanted: AuditFilter, kind: ExportFormat, until: int) -> AsyncIterator[str]:
        yield kind.beginning()
        async for rows in in_order(self._wiring.store, wanted, until):
            yield "".join(kind.line(row._mapping) for row in rows)

    def _record(self, visitor: Visitor, asked: AuditFilter, kind: ExportFormat) -> audit.Record:
        return audit.Record(
            at=self._wiring.clock(),
            who=visitor.person.id,
            act="export",
            target="audit",
            where_from=f"console:{visitor.identity.id}",
            outcome="done",
            detail={"format": kind.value, "asked": asked.chosen},
        )


async def _for_reader(connection: AsyncConnection, asked: AuditFilter, visitor: Visitor) -> AuditFilter:
    """The same, of what this person may see."""
    seen = tuple(place for place in await places(connection) if visitor.may_view(*place))
    return asked.read_by(Readers(places=seen, unowned=visitor.sees_unowned))


def _filter(asked: Mapping[str, str]) -> tuple[AuditFilter, str]:
    """(the filter, what of it could not be read): what cannot be read is left out, and said."""
    said = {name: asked.get(name, "").strip()[:_LONGEST] for name in ("who", "act", "case", "outcome", "words")}
    number, problems = case_number(said["case"]), []
    if said["case"] and number is None:
        problems.append(f"{said['case']} is no case; write S-12.")
    days: dict[str, date | None] = {}
    for name in ("from", "to"):
        days[name], wrong = _day(asked.get(name, "").strip()[:_LONGEST])
        problems += [wrong] if wrong else []
    wanted = AuditFilter(
        who=said["who"],
        act=said["act"].lower(),
        target=case_name(number) if number is not None else "",
        outcome=said["outcome"].lower(),
        since=days["from"],
        until=days["to"],
        words=said["words"],
    )
    return wanted, " ".join(problems)


def _day(text: str) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(text) if text else None), ""
    except ValueError:
        return None, f"{text} is no day; write 2026-03-02."


def _shown(row: Any) -> dict[str, Any]:
    """A record for the page; its detail is text, since it may hold anything."""
    detail = {key: value for key, value in dict(row.detail).items() if value not in ("", None)}
    return dict(row._mapping) | {"detail": json.dumps(detail, indent=2, ensure_ascii=False) if detail else ""}
