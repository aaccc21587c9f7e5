"""A workbench for triage tests: rules of our own, deliveries with a word, and what the database holds afterwards."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from bot.engine import Engine
from bot.model.ownership import Owner
from bot.model.person import Channel
from bot.model.priority import PriorityDecision, PriorityFacts
from bot.model.priority_tables import Priority
from bot.model.routing import Routed
from bot.store import tables as t
from bot.store.db import Store
from bot.store.outbox import Wanted
from bot.triage.accept import Accepted, Received, accept
from bot.triage.batch import Rules
from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from tests.databases import Clock

_numbers = itertools.count(1)


def finding(resource: str = "web-1", problem: str = "CVE-2014-0160", **changes: Any) -> Finding:
    """A vulnerability on a host, open and high unless told otherwise."""
    first = Finding(
        source="generic",
        kind=Kind.VULNERABILITY,
        rule_id=problem,
        title=f"{problem} in openssl",
        problem=problem,
        vuln_ids=(problem,),
        severity=Severity.HIGH,
        status=Status.OPEN,
        resource=Resource(id=resource, type="host", name=resource),
    )
    return replace(first, **changes)


def priority(facts: PriorityFacts) -> PriorityDecision:
    """Known-exploited is immediate, critical out-of-cycle, the rest scheduled: enough to see it move."""
    if facts.known_exploited or facts.detection_on_asset:
        chosen = Priority.IMMEDIATE
    else:
        chosen = Priority.OUT_OF_CYCLE if facts.severity >= Severity.CRITICAL else Priority.SCHEDULED
    return PriorityDecision(priority=chosen, sentence=f"{chosen.value} in this test")


async def nobody(*_: object) -> list[Wanted]:
    return []


RULES = Rules(
    owner_of=lambda f, asset, learned: Owner(learned or (asset.owner if asset else "payments"), "a test says so"),
    environment_of=lambda f: f.resource.tags.get("env", "production"),
    prioritize=priority,
    route=lambda work: Routed(Channel("console", work.key[0]), "a test says so"),
    due=lambda rank, since: since + timedelta(days=1 + rank),
    gather=timedelta(0),
    call=nobody,
    fixable=lambda f: False,
    stating=frozenset({"generic"}),
)


class Workbench:
    """Sends deliveries through STAGES and reads back what is stored."""

    def __init__(self, store: Store, engine: Engine, clock: Clock) -> None:
        self.store = store
        self.engine = engine
        self.clock = clock

    async def start(self) -> None:
        """Enqueueing works; nothing is run."""
        await self.engine.start(worker=False)

    async def deliver(self, *records: Record, key: str = "", at: datetime | None = None) -> Accepted:
        """One delivery of these records."""
        return (await self.deliver_together([self.received(*records, key=key, at=at)]))[0]

    async def deliver_together(self, received: Sequence[Received]) -> list[Accepted]:
        """Several deliveries in one transaction."""
        async with self.store.write() as connection:
            return await accept(connection, received, RULES, self.engine)

    def received(self, *records: Record, key: str = "", at: datetime | None = None) -> Received:
        number = next(_numbers)
        return Received(
            id=f"delivery-{number}",
            source="generic",
            delivery_key=f"id:{key or number}",
            received_at=at or self.clock(),
            headers={},
            body=b"{}",
            parser_version=1,
            records=records,
        )

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.store.read() as connection:
            return list((await connection.execute(sa.select(table).order_by(*table.primary_key.columns))).all())

    async def one_case(self) -> Any:
        (case,) = await self.rows(t.cases)
        return case

    async def lines(self) -> list[str]:
        return [row.text for row in await self.rows(t.history)]
