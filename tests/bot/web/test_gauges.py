"""Prometheus can ask any process what waits, who lives, and when each source was last heard."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from prometheus_client import REGISTRY

from bot.engine import Engine
from bot.model.priority_tables import Priority
from bot.store.db import Store
from bot.store.leases import renew
from bot.store.tables import message
from bot.web.gauges import Gauges
from connectors.contract.finding import Quarantined
from tests.bot.triage.bench import Workbench, finding
from tests.databases import Clock


def gauge(name: str, source: str) -> float | None:
    return REGISTRY.get_sample_value(name, {"source": source})


async def test_each_source_that_is_on_is_measured(store: Store, engine: Engine, clock: Clock) -> None:
    bench = Workbench(store, engine, clock)
    await bench.start()
    await bench.deliver(finding(), Quarantined("/a", "odd"), Quarantined("/b", "odd"))
    heard = clock()
    clock.now += timedelta(hours=1)

    await Gauges(store, engine, {"generic", "never-heard"}, clock).measure()

    last = "suture_source_last_received_timestamp_seconds"
    assert gauge(last, "generic") == heard.timestamp()
    assert gauge(last, "never-heard") is None
    assert gauge("suture_source_quarantine_records", "generic") == 2
    assert gauge("suture_source_quarantine_records", "never-heard") == 0


async def test_a_process_that_does_no_work_tells_what_waits_for_it(store: Store, engine: Engine, clock: Clock) -> None:
    bench = Workbench(store, engine, clock)
    await bench.start()
    await bench.deliver(finding())
    await Gauges(store, engine, (), clock).measure()

    assert REGISTRY.get_sample_value("suture_waiting_messages") == 1
    assert REGISTRY.get_sample_value("suture_workers") == 0
    assert REGISTRY.get_sample_value("suture_unfinished_work", {"state": "enqueued"}) == 1
    assert sum(cases(priority) for priority in Priority) == 1

    async with store.write() as connection:
        await renew(connection, "worker-1", clock() + timedelta(seconds=20))
        await connection.execute(sa.update(message).values(sent=message.c.wanted))
        await connection.execute(sa.text(f"update {status_table(store)} set status = 'SUCCESS'"))
    await Gauges(store, engine, (), clock).measure()

    assert REGISTRY.get_sample_value("suture_waiting_messages") == 0
    assert REGISTRY.get_sample_value("suture_workers") == 1
    assert REGISTRY.get_sample_value("suture_unfinished_work", {"state": "enqueued"}) == 0


def cases(priority: Priority) -> float:
    return REGISTRY.get_sample_value("suture_open_cases", {"priority": priority.value}) or 0


def status_table(store: Store) -> str:
    return "workflow_status" if store.sqlite else "dbos.workflow_status"
