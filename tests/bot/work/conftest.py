"""A drain over a real database on each backend, before a chat that can be made to fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.response.identify import Identify
from bot.response.viewing import See, Viewing
from bot.store import tables as t
from bot.store.history import Line, add_lines
from bot.store.identities import StoredLinks
from bot.store.outbox import raise_case
from bot.work.bring_up import Sleep
from bot.work.deliver import Deliver
from bot.work.pace import Pace, Rate
from bot.work.reach import Reach
from bot.work.storm import Storms
from bot.work.subjects import Subjects
from tests.bot.web.console_browser import Console, console_of, write_config
from tests.bot.work.board import Board
from tests.databases import Clock


@dataclass(slots=True)
class Post:
    """The delivery room of one test; time passes only while it waits."""

    console: Console
    clock: Clock
    board: Board
    waited: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.advance(seconds=seconds)

    @property
    def storms(self) -> Storms:
        wiring = self.console.wiring
        return Storms(wiring.store, wiring.engine, {"console": self.board}, wiring.settings.delivery, self.clock)

    def deliver(
        self,
        pace: float | Rate = 0.0,
        *,
        possible_repeat: bool = True,
        sleep: Sleep | None = None,
        see: See | None = None,
    ) -> Deliver:
        wiring = self.console.wiring
        return Deliver(
            wiring.store,
            wiring.engine,
            {"console": self.board},
            Subjects(see or Viewing(wiring).see, wiring.settings, self.clock),
            self.storms,
            self.clock,
            sleep or self.sleep,
            Pace({"console": pace if isinstance(pace, Rate) else Rate(pace)}),
            Reach(wiring.settings.people, Identify(wiring.settings.people, {}, StoredLinks(wiring.store))),
            possible_repeat=possible_repeat,
        )

    async def channels(self) -> list[Any]:
        return await self.console.rows(t.channel)

    async def drain(self, deliver: Deliver | None = None) -> None:
        """Run the drain of every channel that is awake, as the engine would."""
        for row in await self.channels():
            if row.awake:
                await (deliver or self.deliver()).drain(row.chat, row.name, row.drain)

    async def happens(self, text: str, case_id: int = 1) -> None:
        """Something happened to a case: a line of its history, and its message is to be brought up to date."""
        wiring = self.console.wiring
        async with wiring.store.write() as connection:
            await add_lines(connection, [Line(case_id, self.clock(), "", text)])
            await raise_case(connection, wiring.engine, case_id, 1)


@pytest.fixture
async def post(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Post]:
    config = write_config(tmp_path)
    teams = config / "teams.yaml"
    text = teams.read_text(encoding="utf-8").replace("lead:", "chat: console, lead:")
    daily = "name: Payments, digest: mon-fri 09:00 Europe/Lisbon"
    teams.write_text(text.replace("name: Payments", daily), encoding="utf-8")
    console = console_of(config, database_url, clock)
    await console.wiring.engine.start(worker=False)
    yield Post(console, clock, Board())
    await console.http.aclose()
    await console.wiring.engine.stop(grace=1)
    await console.wiring.close()
