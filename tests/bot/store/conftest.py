"""The workbench of triage, where an answer rests on what was reported."""

from __future__ import annotations

import pytest

from bot.engine import Engine
from bot.store.db import Store
from tests.bot.triage.bench import Workbench
from tests.databases import Clock


@pytest.fixture
async def bench(store: Store, engine: Engine, clock: Clock) -> Workbench:
    made = Workbench(store, engine, clock)
    await made.start()
    return made
