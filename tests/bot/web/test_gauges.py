"""Prometheus can ask when each source was last heard, and what of it waits."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client import REGISTRY

from bot.engine import Engine
from bot.store.db import Store
from bot.work.source_gauges import SourceGauges
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

    await SourceGauges(store, {"generic", "never-heard"}).measure()

    last = "suture_source_last_received_timestamp_seconds"
    assert gauge(last, "generic") == heard.timestamp()
    assert gauge(last, "never-heard") is None
    assert gauge("suture_source_quarantine_records", "generic") == 2
    assert gauge("suture_source_quarantine_records", "never-heard") == 0
