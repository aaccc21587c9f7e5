"""When the process is killed: at a random moment, while it starts, right after a commit, and in the middle of a fix."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.chaos.machines import Machines
from tests.chaos.people import Screens
from tests.fakes.database_line import DatabaseLine
from tests.fakes.fault_proxy import Fault, FaultProxy

AT_RANDOM, STARTING, COMMITTED, APPLYING = "at random", "while it starts", "committed, not yet told", "during a fix"
_REVOKE = b"Action=RevokeSecurityGroupIngress"
_WAIT = 6.0  # seconds for the moment that was chosen; then any moment will do
_LOOK = 0.00005
_ICHANGE = slice(8, 12)  # counts transactions, once they are on disk (https://www.sqlite.org/walformat.html, 2.1)


class Commits(Protocol):
    """Kills in the moment in which something has been committed, and nobody been told."""

    async def kill_at_next(self, kill: Callable[[], None], within: float) -> bool:
        """False when nothing was committed for so many seconds."""


@dataclass(frozen=True, slots=True)
class SqliteCommits:
    """Watches the index of the write-ahead log, which every process that has the database open shares."""

    database: Path

    async def kill_at_next(self, kill: Callable[[], None], within: float) -> bool:
        return await asyncio.to_thread(self._watch, kill, within)

    def _watch(self, kill: Callable[[], None], within: float) -> bool:
        before, end = self._count(), time.monotonic() + within
        while self._count() == before:
            if time.monotonic() > end:
                return False
            time.sleep(_LOOK)
        kill()
        return True

    def _count(self) -> bytes:
        try:
            return Path(f"{self.database}-shm").read_bytes()[_ICHANGE]
        except FileNotFoundError:
            return b""


@dataclass(frozen=True, slots=True)
class PostgresCommits:
    """Stands on the line between the web process and PostgreSQL, and keeps the answer to a COMMIT to itself."""

    line: DatabaseLine

    async def kill_at_next(self, kill: Callable[[], None], within: float) -> bool:
        came = asyncio.Event()

        def deed() -> None:
            kill()
            came.set()

        self.line.at_next_commit(deed)
        try:
            await asyncio.wait_for(came.wait(), within)
        except TimeoutError:
            self.line.at_next_commit(None)
        return came.is_set()


@dataclass(slots=True)
class Killer:
    """Kills, lets it start again and breathe, and so on; ``tally`` says which kill it really was."""

    machines: Machines
    commits: Commits
    cloud: FaultProxy
    screens: Screens
    chance: random.Random
    tally: Counter[str] = field(default_factory=Counter)

    async def kill(self) -> str:
        """One kill; returns what it was. Whatever is gone is still gone afterwards."""
        wanted = self.chance.choices((AT_RANDOM, STARTING, COMMITTED, APPLYING), (4, 2, 2, 2))[0]
        deeds = {STARTING: self._while_starting, COMMITTED: self._committed, APPLYING: self._applying}
        await asyncio.sleep(self.chance.uniform(0.0, 2.0))
        was = wanted if wanted in deeds and await deeds[wanted]() else AT_RANDOM
        if was is AT_RANDOM:
            self.machines.kill(self.chance)
        self.tally[was] += 1
        return was

    async def _while_starting(self) -> bool:
        """Also on a database that is still empty: then the migration is cut in two."""
        for each in self.machines.processes:
            if each.running:
                each.kill()
        self.machines.begin()
        await asyncio.sleep(self.chance.uniform(0.1, 1.1) * self.machines.took)
        for each in self.machines.processes:
            each.kill()
        return True

    async def _committed(self) -> bool:
        """Best while somebody waits for an answer."""
        end = time.monotonic() + _WAIT
        while not self.screens.under_way and time.monotonic() < end:  # noqa: ASYNC110  # it is counted in threads
            await asyncio.sleep(0.001)
        return await self.commits.kill_at_next(self.machines.kill_first, _WAIT)

    async def _applying(self) -> bool:
        """The order to the cloud is on its way: it never arrives, arrives after the death, or its answer is lost."""
        held = self.cloud.hold_next(_REVOKE)
        try:
            await asyncio.wait_for(held.came.wait(), _WAIT)
        except TimeoutError:
            return False
        finally:
            if not held.came.is_set():
                held.go.set()  # whoever comes now passes
        fate = self.chance.choice((Fault.CUT_BEFORE, Fault.LOSE_ANSWER, None))
        if fate is Fault.LOSE_ANSWER:
            held.go.set()
            await asyncio.sleep(0.05)
        for each in self.machines.processes:
            each.kill()
        if fate is Fault.CUT_BEFORE:
            self.cloud.break_next(Fault.CUT_BEFORE, _REVOKE)
        held.go.set()
        await asyncio.sleep(0.05)
        return True

    async def cut_the_first_start(self) -> None:
        """Twice, while the tables are being made."""
        for _ in range(2):
            await self._while_starting()
            self.tally[STARTING] += 1
