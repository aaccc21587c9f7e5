"""A worker dies and says nothing: what it had in hand is done by another, once, whenever it died."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.engine import Engine
from bot.store.db import Store
from bot.store.leases import TAKER, renew
from bot.store.tables import worker_lease
from tests.databases import Clock
from tests.stories.world import eventually

DEAD = "worker-that-died"


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
async def worker(engine: Engine, done: list[str]) -> Engine:
    """A worker that notes each word it is given, and has held its lease for a while."""

    async def note(word: str) -> None:
        done.append(word)

    engine.register("note", note)
    await engine.start(worker=True)
    return engine


async def in_hand(store: Store, engine: Engine, word: str, executor: str) -> None:
    """That worker has taken it from the queue; nobody sees it before."""
    table = "workflow_status" if store.sqlite else "dbos.workflow_status"
    async with store.write() as connection:
        await engine.enqueue(connection, "note", word, key=word)
        taken = sa.text(f"update {table} set status = 'PENDING', executor_id = :it where workflow_uuid = :key")
        await connection.execute(taken, {"it": executor, "key": word})


async def lease(store: Store, executor: str, until: datetime) -> None:
    async with store.write() as connection:
        await renew(connection, executor, until)


async def is_done(done: list[str], word: str) -> None:
    async def there() -> bool:
        return word in done

    await eventually(there, f"{word!r} being done")


async def test_one_that_never_came_to_its_lease_leaves_nothing_behind(
    store: Store, worker: Engine, done: list[str]
) -> None:
    await in_hand(store, worker, "taken while it started", DEAD)
    await worker.lease.take_over()
    await is_done(done, "taken while it started")


async def test_what_a_living_one_has_in_hand_is_its_own(
    store: Store, worker: Engine, clock: Clock, done: list[str]
) -> None:
    await lease(store, DEAD, clock() + timedelta(seconds=20))
    await in_hand(store, worker, "its own", DEAD)
    await worker.lease.take_over()
    await asyncio.sleep(0.2)
    assert done == []

    clock.advance(seconds=21)
    await worker.lease.renew()
    await worker.lease.renew()
    await worker.lease.take_over()
    await is_done(done, "its own")


async def test_one_that_dies_while_it_takes_over_leaves_it_to_the_next(
    store: Store, worker: Engine, clock: Clock, done: list[str]
) -> None:
    await lease(store, TAKER, clock() + timedelta(seconds=20))  # somebody is at it, and one is enough
    await in_hand(store, worker, "taken twice", DEAD)
    await worker.lease.take_over()
    await asyncio.sleep(0.2)
    assert done == []

    clock.advance(seconds=21)
    await worker.lease.renew()
    await worker.lease.renew()
    await worker.lease.take_over()
    await is_done(done, "taken twice")
    assert done == ["taken twice"]


async def test_after_an_absence_others_are_given_time_to_say_that_they_live(
    store: Store, worker: Engine, clock: Clock, done: list[str]
) -> None:
    """As after an outage of the database, in which every lease has run out."""
    await lease(store, DEAD, clock() + timedelta(seconds=20))
    await in_hand(store, worker, "not yet", DEAD)
    clock.advance(minutes=5)
    await worker.lease.renew()
    await worker.lease.take_over()
    await asyncio.sleep(0.2)
    assert done == []

    await lease(store, DEAD, clock() + timedelta(seconds=20))
    await worker.lease.renew()
    await worker.lease.take_over()
    await asyncio.sleep(0.2)
    assert done == []


async def test_each_worker_keeps_its_own_lease(store: Store, clock: Clock) -> None:
    """Whatever else it does: no work of the clock has to reach it for that."""
    engine = Engine(store, executor="test-worker", clock=clock, polling=0.02, breath=0.05)
    await engine.start(worker=True)
    clock.advance(minutes=5)

    async def renewed() -> bool:
        async with store.read() as connection:
            until = (await connection.execute(sa.select(worker_lease.c.expires_at))).scalar_one()
        return bool(until > clock())

    await eventually(renewed, "a lease that holds again")
    await engine.stop(grace=1)


async def test_what_is_ours_by_the_books_and_nobody_does_is_done_again(
    store: Store, worker: Engine, done: list[str]
) -> None:
    """As when how it ended could not be written down: the database was away, or the disk full."""
    await in_hand(store, worker, "dropped", "test-worker")
    await worker.lease.pick_up()
    await worker.lease.pick_up()
    await asyncio.sleep(0.2)
    assert done == [], "it may be about to begin"

    await worker.lease.pick_up()
    await is_done(done, "dropped")


async def test_what_is_being_done_is_let_be(store: Store, engine: Engine, done: list[str]) -> None:
    on = asyncio.Event()

    async def wait(word: str) -> None:
        done.append(word)
        await on.wait()

    engine.register("note", wait)
    await engine.start(worker=True)
    async with store.write() as connection:
        await engine.enqueue(connection, "note", "long", key="long")
    await is_done(done, "long")
    for _ in range(4):
        await engine.lease.pick_up()
    await asyncio.sleep(0.2)
    on.set()
    assert done == ["long"]
