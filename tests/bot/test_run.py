"""What happens before a process serves: the tables are made, and on SQLite nobody else works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from bot.engine import Engine, EngineError, the_only_worker
from bot.store.db import Store
from tests.bot.terminal import Terminal
from tests.bot.web import served
from tests.databases import BACKENDS, Clock, Databases
from tests.free_port import free_port
from tests.harness.process import SutureProcess


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A database without a table, on each backend in turn."""
    url = databases.fresh(request.param, empty=True)
    yield url
    databases.discard(url)


async def test_after_an_upgrade_a_web_process_takes_alerts_before_any_worker_was_there(
    empty_url: str, tmp_path: Path
) -> None:
    terminal = Terminal(served.write_config(tmp_path), served.variables(empty_url))
    assert terminal.process("db", "upgrade")[0] == 0

    store = Store(empty_url)
    engine = Engine(store, executor="web", clock=Clock())
    await engine.start(worker=False)
    await engine.rehearse()
    await engine.stop(grace=1)
    await store.close()


async def test_an_upgrade_lets_work_be_that_is_being_done(store: Store, engine: Engine, tmp_path: Path) -> None:
    """It has the same name in the engine as the worker of this machine."""
    table = "workflow_status" if store.sqlite else "dbos.workflow_status"
    await engine.start(worker=False)
    async with store.write() as connection:
        await engine.enqueue(connection, "long", key="long")
        await connection.execute(sa.text(f"update {table} set status = 'PENDING', executor_id = 'serve'"))

    terminal = Terminal(served.write_config(tmp_path), served.variables(store.url) | {"SUTURE_WORKER": "serve"})
    assert terminal.process("db", "upgrade")[0] == 0

    async with store.read() as connection:
        assert (await connection.execute(sa.text(f"select status from {table}"))).scalar() == "PENDING"


def test_a_second_worker_on_one_file_is_refused_and_told_what_to_do(terminal: Terminal) -> None:
    url = terminal.variables["DATABASE_URL"]
    with the_only_worker(url), pytest.raises(EngineError, match="another `suture serve` or `suture worker` works on"):
        terminal.run("worker")
    with the_only_worker(url):
        pass  # nobody holds it any more


def test_a_server_is_shared() -> None:
    url = "postgresql://suture@db.example.com/suture"
    with the_only_worker(url), the_only_worker(url):
        pass


def test_a_worker_answers_for_itself_where_it_is_told_to(databases: Databases, tmp_path: Path) -> None:
    """What only a worker counts could otherwise be asked nowhere; and it still goes when it is told to go."""
    port, url = free_port(), databases.fresh("sqlite")
    variables = served.variables(url) | {"WORKER_PORT": str(port)}
    log = tmp_path / "log"
    worker = SutureProcess(served.write_config(tmp_path), port, variables, log, command="worker")
    worker.start()
    try:
        assert httpx2.get(f"{worker.url}/healthz").json() == {"alive": True}
        assert "suture_workers 1.0" in httpx2.get(f"{worker.url}/metrics").text
        assert httpx2.post(f"{worker.url}/v1/alerts/generic", content=b"{}").status_code == 404
        worker.stop()
    finally:
        worker.kill()
    assert worker.exit_code == 0
    assert "Traceback" not in log.read_text(encoding="utf-8")
    databases.discard(url)
