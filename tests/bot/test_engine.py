"""Durable work: enqueued with the caller's transaction, done once a key, on the loop that its connections belong to."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import sqlalchemy as sa
import structlog
from dbos import DBOS

from bot.engine import Engine, EngineError
from bot.logs import REDACTED, configure_logs
from bot.store.db import Store
from tests.databases import Clock
from tests.patience import PATIENCE
from tests.stories.world import eventually


async def test_work_is_done_once_its_transaction_is_committed(store: Store, engine: Engine) -> None:
    done: list[str] = []

    async def note(word: str) -> None:
        done.append(word)

    engine.register("note", note)
    await engine.start(worker=True)
    async with store.write() as connection:
        await engine.enqueue(connection, "note", "one", key="the-one")
    async with store.write() as connection:
        await engine.enqueue(connection, "note", "again", key="the-one")
    with pytest.raises(ValueError, match="changed my mind"):
        await ask_and_change_my_mind(store, engine)
    async with store.write() as connection:
        await engine.enqueue(connection, "note", "last")

    async def last() -> bool:
        return "last" in done

    await eventually(last, "the last word")
    assert sorted(done) == ["last", "one"]


async def ask_and_change_my_mind(store: Store, engine: Engine) -> None:
    async with store.write() as connection:
        await engine.enqueue(connection, "note", "never")
        raise ValueError("changed my mind")


def test_work_stays_on_its_loop_though_the_loop_stands_still(database_url: str) -> None:
    loops: list[asyncio.AbstractEventLoop] = []
    store = Store(database_url)
    loop = asyncio.new_event_loop()
    engine = Engine(store, executor="test-worker", clock=_now, polling=0.02)

    async def where() -> None:
        loops.append(asyncio.get_running_loop())

    async def begin() -> None:
        engine.register("where", where)
        await engine.start(worker=True)
        async with store.write() as connection:
            await engine.enqueue(connection, "where")

    async def end() -> None:
        async def seen() -> bool:
            return bool(loops)

        await eventually(seen, "the work")
        await engine.stop(grace=1)
        await store.close()

    loop.run_until_complete(begin())
    time.sleep(1.5)  # the loop stands still; the work is taken from the queue meanwhile
    loop.run_until_complete(end())
    loop.close()
    assert loops == [loop]


async def test_a_rehearsal_leaves_nothing_behind(store: Store, engine: Engine) -> None:
    await engine.start(worker=False)
    await engine.rehearse()

    assert await engine.unfinished() == {}


async def test_work_asked_for_too_early_is_a_bug_that_speaks(store: Store, engine: Engine) -> None:
    async with store.write() as connection:
        with pytest.raises(EngineError, match="before the engine was started"):
            await engine.enqueue(connection, "note")


def _now() -> datetime:
    return datetime.now(UTC)


async def test_work_outlives_an_outage_of_the_database(store: Store, engine: Engine) -> None:
    """A host whose name cannot be looked up, as while a database moves to another machine, is no ConnectionError."""
    tries: list[int] = []

    async def insist() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("Name or service not known")

    engine.register("insist", insist)
    await engine.start(worker=True)
    async with store.write() as connection:
        await engine.enqueue(connection, "insist", key="insist")

    async def done() -> bool:
        return await engine.unfinished() == {}

    await eventually(done, "the work's end")
    assert len(tries) == 3


async def test_all_finished_work_is_forgotten_however_much_there_is(store: Store, engine: Engine) -> None:
    """A worker ends a piece every few seconds for the clock alone: what is left over would grow for ever."""
    await engine.start(worker=False)
    async with store.write() as connection:
        await engine.enqueue(connection, "note", key="done")
        await connection.run_sync(_finish_so_often, 6_000)
        await engine.enqueue(connection, "note", key="waiting")

    await engine.forget_finished(datetime.now(UTC) + timedelta(minutes=1))

    async with store.read() as connection:
        left = (await connection.execute(sa.text(f"select workflow_uuid from {_status(store)}"))).scalars().all()
    assert left == ["waiting"]


def _finish_so_often(connection: sa.Connection, times: int) -> None:
    """As if the one piece of work that there is had been done so often."""
    schema = None if connection.dialect.name == "sqlite" else "dbos"
    table = sa.Table("workflow_status", sa.MetaData(), schema=schema, autoload_with=connection)
    row = dict(connection.execute(sa.select(table)).mappings().one()) | {"status": "SUCCESS"}
    connection.execute(sa.delete(table))
    connection.execute(sa.insert(table), [row | {"workflow_uuid": f"done-{number}"} for number in range(times)])


def _status(store: Store) -> str:
    return "workflow_status" if store.sqlite else "dbos.workflow_status"


async def test_the_engine_beneath_writes_lines_like_ours(engine: Engine) -> None:
    said = StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logs("warning", ["hunter2-hunter2"], stream=said)
    await engine.start(worker=True)
    logging.getLogger("dbos").warning("connection failed: password=hunter2-hunter2\nTraceback")
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)

    (line,) = said.getvalue().splitlines()
    assert json.loads(line)["event"] == f"connection failed: password={REDACTED}\\nTraceback"


async def test_what_an_earlier_configuration_did_by_the_clock_is_not_done_any_more(
    store: Store, engine: Engine, clock: Clock
) -> None:
    async def work() -> None:
        pass

    engine.register("of-the-tracker", work, schedule="0 0 3 * * *")
    engine.register("always", work, schedule="0 0 3 * * *")
    await engine.start(worker=True)
    await engine.stop(grace=1)

    after = Engine(store, executor="test-worker", clock=clock, polling=0.02)
    after.register("always", work, schedule="0 0 4 * * *")
    await after.start(worker=True)
    left = await DBOS.list_schedules_async()
    await after.stop(grace=1)
    assert [(each["schedule_name"], each["schedule"]) for each in left] == [("always", "0 0 4 * * *")]


async def test_what_is_finished_while_the_engine_stops_may_ask_for_more(store: Store, engine: Engine) -> None:
    """A deploy in the middle of a report or a fix: the rest of it is neither lost nor ended as a fault."""
    began = asyncio.Event()

    async def long() -> None:
        began.set()
        await asyncio.sleep(0.3)
        async with store.write() as connection:
            await engine.enqueue(connection, "next", key="next")

    engine.register("long", long)
    await engine.start(worker=True)
    async with store.write() as connection:
        await engine.enqueue(connection, "long", key="long")
    await asyncio.wait_for(began.wait(), PATIENCE)
    await engine.stop(grace=5)

    assert await _states(store) == {"long": "SUCCESS", "next": "ENQUEUED"}


async def test_what_cannot_be_finished_in_time_is_done_again(store: Store, engine: Engine) -> None:
    began, on = asyncio.Event(), asyncio.Event()

    async def long() -> None:
        began.set()
        await on.wait()
        async with store.write() as connection:
            await engine.enqueue(connection, "next", key="next")

    engine.register("long", long)
    await engine.start(worker=True)
    async with store.write() as connection:
        await engine.enqueue(connection, "long", key="long")
    await asyncio.wait_for(began.wait(), PATIENCE)
    await engine.stop(grace=1)
    on.set()
    await asyncio.sleep(0.1)

    assert await _states(store) == {"long": "PENDING"}


async def _states(store: Store) -> dict[str, str]:
    query = sa.text(f"select workflow_uuid, status from {_status(store)}")
    async with store.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(query)}
