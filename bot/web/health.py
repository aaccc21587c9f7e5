"""Whether we live, whether we can work, and the numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.engine import Clock, Engine
from bot.store.db import Store
from bot.store.leases import alive
from bot.store.refusals import NOT_DONE, lacks_tables
from bot.store.tables import channel, chat_group, context_read, message
from bot.web.answers import answer, cause_of
from bot.web.gauges import Gauges

if TYPE_CHECKING:
    from connectors.chat.slack import SlackSocket


class Health:
    """``/healthz``, ``/readyz`` and ``/metrics``."""

    def __init__(
        self, store: Store, engine: Engine, gauges: Gauges, clock: Clock, line: SlackSocket | None = None
    ) -> None:
        self._store = store
        self._engine = engine
        self._gauges = gauges
        self._clock = clock
        self._line = line  # to Slack, in Socket Mode
        self._rehearsed = False

    @property
    def routes(self) -> list[BaseRoute]:
        """Where each is asked."""
        answers = {"/healthz": self.healthz, "/readyz": self.readyz, "/metrics": self.metrics}
        return [Route(path, answering, methods=["GET"]) for path, answering in answers.items()]

    async def healthz(self, request: Request) -> Response:
        """This process answers. Nothing else is asked, so that a slow database does not get it killed."""
        return answer(200, {"alive": True})

    async def readyz(self, request: Request) -> Response:
        """200 when the database answers and work can be enqueued; what needs a person does not make us unready."""
        try:
            async with asyncio.timeout(3):
                await self._rehearse()
                trouble = await self._trouble()
        except NOT_DONE as failure:
            why = f"the database does not answer: {cause_of(failure)}"
            if lacks_tables(failure):
                why = "the database has no tables yet, or older ones: run `suture db upgrade`, or start a worker"
            return answer(503, {"ready": False, "problem": why})
        return answer(200, {"ready": True, "needs a person": trouble})

    async def _rehearse(self) -> None:
        """Once: where the first worker is still making its tables, an alert could not be taken yet."""
        if not self._rehearsed:
            await self._engine.rehearse()
            self._rehearsed = True

    async def _trouble(self) -> list[Mapping[str, Any]]:
        async with self._store.read() as connection:
            await connection.execute(sa.select(channel.c.name).limit(1))
            stuck = sa.select(message.c.chat, message.c.channel, message.c.problem).where(message.c.problem != "")
            found = [dict(row) for row in (await connection.execute(stuck.distinct().limit(20))).mappings()]
            lists = sa.select(context_read.c.name, context_read.c.problem).where(context_read.c.problem != "")
            groups = sa.select(chat_group.c.id, chat_group.c.problem).where(chat_group.c.problem != "")
            found += [dict(row) for row in (await connection.execute(groups)).mappings()]
            if not await alive(connection, self._clock()):
                found.append({"worker": "", "problem": "no worker lives: what comes in is kept, and nobody is told"})
            if self._line is not None and not await self._line.connected():
                found.append({"chat": "slack", "problem": "no line to Slack is open: no press arrives"})
            return found + [dict(row) for row in (await connection.execute(lists)).mappings()]

    async def metrics(self, request: Request) -> Response:
        """Prometheus' text format; answered also while the database is gone."""
        await self._gauges.measure()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
