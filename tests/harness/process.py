"""A real Suture process: started, asked whether it is ready, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx2
import psutil

from tests.plain_http import NO_TLS

ROOT = Path(__file__).parents[2]


class SutureProcess:
    """``suture serve`` (or another command) on one configuration. Its logs go to a file."""

    def __init__(
        self, config: Path, port: int, variables: Mapping[str, str], log: Path, command: str = "serve"
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "bot.cli", command, "--config", str(config)]
        path = os.pathsep.join(filter(None, (str(ROOT), variables.get("PYTHONPATH"))))
        self._environment = {**os.environ, **variables, "PORT": str(port), "PYTHONPATH": path}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, within: float = 60.0) -> float:
        """Start and wait until it is ready; returns the seconds that took."""
        began = time.perf_counter()
        self.begin()
        while time.perf_counter() - began < within:
            if self.exit_code is not None:
                raise RuntimeError(f"it stopped at once: {self.last_words}")
            try:
                if httpx2.get(f"{self.url}/readyz", timeout=2, verify=NO_TLS).status_code == 200:
                    return time.perf_counter() - began
            except httpx2.TransportError:
                time.sleep(0.02)
        raise RuntimeError(f"it is not ready after {within} s: {self.last_words}")

    def begin(self) -> None:
        """Start, and wait for nothing."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """SIGKILL: no goodbye. One that is gone already stays so."""
        assert self._process is not None
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self, within: float = 20.0) -> float:
        """SIGTERM; returns the seconds until it was gone."""
        assert self._process is not None
        began = time.perf_counter()
        self._process.terminate()
        self._process.wait(within)
        return time.perf_counter() - began

    @property
    def exit_code(self) -> int | None:
        """With what it ended; None while it runs, negative for the signal that killed it."""
        assert self._process is not None
        return self._process.poll()

    @property
    def running(self) -> bool:
        """Whether it was started, and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def last_words(self) -> str:
        """The end of its log."""
        return self._log.read_text(encoding="utf-8")[-2000:]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def memory_mb(self) -> float:
        """Resident memory, with that of the processes it started to read."""
        return sum(_resident(each) for each in self.family) / 1e6

    @property
    def cpu_seconds(self) -> float:
        """Of the processor, all of them together."""
        times = [each.cpu_times() for each in self.family]
        return float(sum(each.user + each.system for each in times))

    @property
    def family(self) -> list[psutil.Process]:
        """The process, and those it started."""
        own = psutil.Process(self.pid)
        return [own, *own.children(recursive=True)]


def _resident(process: psutil.Process) -> float:
    """Its bytes; of what it shares with others its part, where the system tells (Linux: Pss)."""
    try:
        told = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return 1024 * float(next(line.split()[1] for line in told if line.startswith("Pss:")))
    except (OSError, StopIteration):
        return float(process.memory_info().rss) if process.is_running() else 0.0
