"""A report file comes in: streamed to disk, synced with its row, 202; the worker reads it. GET tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot import metrics
from bot.engine import Engine
from bot.store.db import Store
from bot.store.refusals import NOT_DONE, is_about_a_value
from bot.store.spool import Spool
from bot.store.tables import scan
from bot.web.answers import answer, cause_of, refusal
from bot.web.reading_bodies import BodyRefused, pieces
from bot.web.senders import EnabledSource, incoming_of, kept_headers
from bot.work.ingest import READ, work_of
from connectors.contract.failure import Refused
from connectors.contract.source import Keys
from connectors.signing import verify

log = structlog.get_logger()

_DEADLINE = 600.0  # seconds for a large report
_SHOWN = ("id", "source", "state", "reason", "bytes", "findings", "new", "repeated", "resolved", "quarantined")


class Scans:
    """``POST /v1/scans/{source}`` and ``GET /v1/scans/{source}/{id}``."""

    def __init__(
        self,
        enabled: Mapping[str, EnabledSource],
        store: Store,
        engine: Engine,
        spool: Spool,
        keys: Keys,
        limit: int,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._enabled = {name: e for name, e in enabled.items() if e.source.read_report is not None}
        self._store = store
        self._engine = engine
        self._spool = spool
        self._keys = keys
        self._limit = limit
        self._clock = clock
        self._new_id = new_id

    async def receive(self, request: Request) -> Response:
        """One report: 202 with its address once it is on disk."""
        enabled = self._enabled.get(request.path_params["source"])
        if enabled is None:
            return refusal(404, "no such source of reports", do="see `suture check` for the sources that are enabled")
        response = await self._receive(enabled, request)
        metrics.DELIVERIES.labels(enabled.source.id, str(response.status_code)).inc()
        return response

    async def _receive(self, enabled: EnabledSource, request: Request) -> Response:
        try:
            await self._vouched(enabled, request)
            return await self._store_report(enabled, request)
        except BodyRefused as refused:
            return refusal(refused.status, str(refused), do=refused.do)
        except Refused as refused:
            return refusal(401, str(refused), do="send `Authorization: Bearer` with the source's secret")
        except NOT_DONE as failure:
            log.error("report not stored", source=enabled.source.id, problem=cause_of(failure))
            return refusal(503, "the report could not be stored; nothing was kept", do="send it again", retry_after=10)

    async def _vouched(self, enabled: EnabledSource, request: Request) -> None:
        """A report is vouched for by its token alone: its body is too large to be held for a signature."""
        by_token = replace(enabled.source, verifiers=tuple(v for v in enabled.source.verifiers if _is_token(v.kind)))
        await verify(by_token, incoming_of(request, b""), enabled.options, self._clock(), self._keys)

    async def _store_report(self, enabled: EnabledSource, request: Request) -> Response:
        scan_id = self._new_id()
        spooled = await self._spool.write(scan_id, pieces(request, self._limit, _DEADLINE))
        if spooled.size == 0:
            await self._spool.forget(scan_id, spooled.path)
            return refusal(400, "the report is empty", do="send the file itself as the body")
        now = self._clock()
        row: dict[str, Any] = {
            "id": scan_id,
            "source": enabled.source.id,
            "digest": spooled.digest,
            "path": spooled.path,
            "bytes": spooled.size,
            "state": "waiting",
            "received_at": now,
            "headers": kept_headers(enabled.source, request),
        }
        async with self._store.write() as connection:
            await connection.execute(scan.insert(), [row])
            await self._engine.enqueue(connection, READ, scan_id, key=work_of(scan_id))
        where = f"/v1/scans/{enabled.source.id}/{scan_id}"
        return answer(202, {"scan": scan_id, "bytes": spooled.size, "progress": where})

    async def _row(self, source: str, scan_id: str) -> Any:
        query = sa.select(scan).where(scan.c.id == scan_id, scan.c.source == source)
        async with self._store.read() as connection:
            return (await connection.execute(query)).mappings().one_or_none()

    async def progress(self, request: Request) -> Response:
        """How far one report is, and what came of it."""
        enabled = self._enabled.get(request.path_params["source"])
        if enabled is None:
            return refusal(404, "no such source of reports")
        try:
            await self._vouched(enabled, request)
            row = await self._row(enabled.source.id, request.path_params["scan"])
        except Refused as refused:
            return refusal(401, str(refused))
        except NOT_DONE as failure:
            if not is_about_a_value(failure):
                return refusal(503, "the database does not answer", do="ask again", retry_after=5)
            row = None  # no id of ours has such characters
        if row is None:
            return refusal(404, "no such report")
        times = {name: row[name].isoformat() if row[name] else None for name in ("received_at", "finished_at")}
        return answer(200, {name: row[name] for name in _SHOWN} | times)


def _is_token(kind: str) -> bool:
    """Whether a verifier of this kind reads no body: a signature over none would vouch for every report."""
    return kind in ("bearer", "basic", "oidc") or kind.startswith(("header ", "query "))
