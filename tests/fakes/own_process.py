"""A fake that speaks over the wire runs in a process of its own, tells one line when it listens, and ends when told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

# Seconds a server keeps a connection that nothing comes over: longer than any client here (httpx2 5, aiohttp 15), or a
# call now and then goes out over a connection that is just being closed.
KEEPS_CONNECTIONS = 75
REPOSITORY = Path(__file__).resolve().parents[2]


class OwnProcess:
    """What the fakes' clients are built on. ``with``, or start() and stop()."""

    _name = "process"  # in the error when it does not start
    _process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """Start it; returns when it listens. Raises RuntimeError when it does not; its own words are above."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", *self._arguments()], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            self.stop()
            raise RuntimeError(f"the fake {self._name} did not start; its own words are above")
        self._listens(line)
        return self

    def _arguments(self) -> Sequence[str]:
        """The module to run, and its arguments."""
        raise NotImplementedError

    def _listens(self, line: str) -> None:
        """What it said when it was ready: where it listens."""
        raise NotImplementedError

    def stop(self) -> None:
        """End it; harmless when it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
