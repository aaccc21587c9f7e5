"""What many tests start from: a clock, a fresh database on each backend, the engine working on it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from bot.engine import Engine
from bot.store.db import Store
from tests.databases import BACKENDS, Clock, Databases
from tests.quick_folder import quick_folder

# pytest-xdist tells its workers a width of 80; a test that reads what a command prints says its own.
os.environ.pop("COLUMNS", None)

# The same examples each time, however slow the machine: a test that fails here fails everywhere.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that none of them is left over at the end while the other workers have nothing to do."""
    items.sort(key=lambda item: ("test_short_forms" not in item.nodeid, "tests/stories/" not in item.nodeid))


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    folder = quick_folder("suture-databases-")
    made = Databases(folder)
    yield made
    made.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def clock() -> Clock:
    """Monday, 2 March 2026, 09:00 UTC, until the test moves it."""
    return Clock()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A database with every table, on each backend in turn."""
    url = databases.fresh(request.param)
    yield url
    databases.discard(url)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    made = Store(database_url)
    yield made
    await made.close()


@pytest.fixture
async def engine(store: Store, clock: Clock) -> AsyncIterator[Engine]:
    """Durable work on that database. It is not started: register work, then ``await engine.start(worker=True)``.

    It is stopped after the test. The engine beneath is one a process, so a test has one worker at most.
    """
    made = Engine(store, executor="test-worker", clock=clock, polling=0.02)
    yield made
    await made.stop(grace=1)
