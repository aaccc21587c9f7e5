"""What is killed: everything in one process on SQLite, or a web process and two workers on PostgreSQL."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.harness.process import SutureProcess
from tests.plain_http import NO_TLS

_PATIENCE = 300.0  # seconds for a start: a machine may be slow, but a process that has ended says so at once


@dataclass(slots=True)
class Machines:
    """Several processes of one installation; the first answers HTTP. ``starts``: when all were there again."""

    processes: Sequence[SutureProcess]
    starts: list[float] = field(default_factory=list)
    took: float = 2.0  # seconds of the last start

    @classmethod
    def of(cls, commands: Sequence[tuple[str, Mapping[str, str]]], config: Path, port: int, folder: Path) -> Machines:
        """A process for each (command, environment)."""
        made = [
            SutureProcess(config, port, environment, folder / f"{number}-{command}.log", command)
            for number, (command, environment) in enumerate(commands)
        ]
        return cls(made)

    @property
    def url(self) -> str:
        return self.processes[0].url

    def begin(self) -> None:
        """Start each that is not there, and wait for nothing."""
        for each in self.processes:
            if not each.running:
                each.begin()

    def ready(self) -> float:
        """Wait until HTTP is answered; returns the seconds since ``begin``. Raises RuntimeError."""
        began = time.monotonic()
        self.begin()
        while not self._answers():
            self.nobody_gave_up()
            if time.monotonic() - began > _PATIENCE:
                raise RuntimeError(f"nobody answers after {_PATIENCE:.0f} s: {self.processes[0].last_words}")
            time.sleep(0.02)
        self.starts.append(time.time())
        self.took = time.monotonic() - began
        return self.took

    def _answers(self) -> bool:
        try:
            return bool(httpx2.get(f"{self.url}/readyz", timeout=2, trust_env=False, verify=NO_TLS).status_code == 200)
        except httpx2.TransportError:
            return False

    def nobody_gave_up(self) -> None:
        """Raises RuntimeError, with its last words, for one that has ended by itself."""
        for each in self.processes:
            if not each.running:
                raise RuntimeError(f"it stopped by itself ({each.exit_code}): {each.last_words}")

    def kill(self, chance: random.Random) -> None:
        """SIGKILL to all of them, or where there are several now and then to one only."""
        self.nobody_gave_up()
        alone = len(self.processes) > 1 and chance.random() < 0.5
        for each in [chance.choice(self.processes)] if alone else self.processes:
            each.kill()

    def kill_first(self) -> None:
        """SIGKILL to the one that answers HTTP: as quick as can be."""
        self.processes[0].kill()

    def stop(self) -> None:
        """SIGTERM to all that run."""
        for each in self.processes:
            if each.running:
                each.stop(60)
