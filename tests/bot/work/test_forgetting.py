"""What retention no longer keeps is gone, every copy of it; the rest stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.engine import Engine
from bot.settings.values import Retention
from bot.store import tables as t
from bot.store.db import Store
from bot.work.forgetting import Forgetting
from connectors.contract.finding import Quarantined
from tests.bot.triage.bench import Workbench, finding
from tests.databases import Clock

KEPT = Retention(deliveries=timedelta(days=90), messages=timedelta(days=365))
SECRET_OF_MAY = "what nobody could read, of which retention said that it goes"


@pytest.fixture
async def bench(store: Store, engine: Engine, clock: Clock) -> Workbench:
    made = Workbench(store, engine, clock)
    await made.start()
    return made


async def forget(bench: Workbench) -> None:
    await Forgetting(bench.store, bench.engine, KEPT, bench.clock).purge()


async def test_a_raw_alert_goes_with_the_records_that_nobody_could_read(bench: Workbench) -> None:
    await bench.deliver(finding("old-1"), Quarantined("/a", "odd", SECRET_OF_MAY))
    bench.clock.advance(days=2)
    await bench.deliver(finding("new-1"), Quarantined("/b", "odd", "of the day before yesterday"))
    bench.clock.advance(days=89)

    await forget(bench)

    assert len(await bench.rows(t.delivery)) == 1
    assert [row.pointer for row in await bench.rows(t.quarantine)] == ["/b"]
    assert len(await bench.rows(t.finding)) == 2, "findings are no raw alerts"


async def test_however_much_is_old_all_of_it_goes(bench: Workbench) -> None:
    await bench.deliver(finding())
    (kept,) = await bench.rows(t.delivery)
    old = kept._asdict() | {"received_at": bench.clock() - timedelta(days=91)}
    many = [old | {"id": f"old-{number}", "transport_id": f"old-{number}"} for number in range(2_500)]
    async with bench.store.write() as connection:
        await connection.execute(sa.insert(t.delivery), many)

    await forget(bench)

    assert [row.id for row in await bench.rows(t.delivery)] == [kept.id]


async def test_the_message_of_a_case_that_opened_again_stays(bench: Workbench) -> None:
    await bench.deliver(finding("web-1", "CVE-2020-1"))
    await bench.deliver(finding("web-2", "CVE-2020-2"))
    long_ago = bench.clock() - timedelta(days=366)
    fixed, again = await bench.rows(t.cases)
    async with bench.store.write() as connection:
        await connection.execute(sa.update(t.cases).values(fixed_at=long_ago))
        await connection.execute(sa.update(t.cases).where(t.cases.c.id == fixed.id).values(state="fixed"))

    await forget(bench)

    assert {row.case_id for row in await bench.rows(t.message)} == {again.id}


async def test_an_address_that_somebody_asked_for_and_never_used_goes(bench: Workbench) -> None:
    row = {"chat": "slack", "account": "T0:U0", "name": "Ana", "email": "ana@example.com"}
    async with bench.store.write() as connection:
        for days in (-1, 1):
            until = bench.clock() + timedelta(days=days)
            await connection.execute(sa.insert(t.link_request).values(digest=str(days), expires_at=until, **row))

    await forget(bench)

    assert [row.digest for row in await bench.rows(t.link_request)] == ["1"]
