"""Suture itself, run as anybody runs it: ``suture serve`` on SQLite with a process and a folder of its own."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template
from typing import IO

import httpx2

from bot.demo.cloud import ACCOUNT, REGION, Cloud, Shop
from bot.demo.jira import Jira
from bot.demo.keys import Keys
from bot.demo.telling import DidNotHappen, until

_ORGANISATION = Path(__file__).parent / "organisation"
_MARK = "made-by-suture-demo"
_PORTS = 50
_LAST = 15  # lines
# What the machine's own setting of Suture, of AWS or of a proxy must not change in the demo.
_NOT_OURS = re.compile(r"SUTURE_.*|DATABASE_URL|PORT|AWS_.*|DEMO_.*|(https?|all|no)_proxy", re.IGNORECASE)


def first_free_port(wanted: int) -> int:
    """``wanted``, or the next port above it on which nobody listens. Raises DidNotHappen."""
    for port in range(wanted, min(wanted + _PORTS, 65_536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise DidNotHappen(f"no port from {wanted} to {wanted + _PORTS - 1} is free; choose another with --port")


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """An empty folder, this demo's own until it ends; what an earlier one left is thrown away, anything else never.

    Raises DidNotHappen; also while another demo runs in it, whose database would be gone."""
    mark = folder / _MARK
    if folder.exists() and not mark.exists() and any(folder.iterdir()):
        raise DidNotHappen(f"{folder} holds something that is not the demo's; move it away")
    if mark.exists():
        with mark.open() as before:
            _hold(before, folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark.write_text("Made by suture demo, which empties this folder when it starts.\n", encoding="utf-8")
    with mark.open() as held:
        _hold(held, folder)
        yield folder.resolve()


def _hold(mark: IO[str], folder: Path) -> None:
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise DidNotHappen(f"another demo runs in {folder}; end it first, with Ctrl-C where it was started") from None


def _night_of_changes() -> str:
    """Staging's day of changes, as cron says it: in three days, so that the demo meets a window that is closed."""
    return (datetime.now(UTC) + timedelta(days=3)).strftime("%a").lower()


class House:
    """A running Suture: its folder, its address, its process."""

    def __init__(self, folder: Path, port: int, keys: Keys) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "suture.log"
        self._port = port
        self._config = folder / "organisation" / "config"
        kept = {name: value for name, value in os.environ.items() if not _NOT_OURS.fullmatch(name)}
        self._environment = kept | keys.variables() | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        self._process: subprocess.Popen[bytes] | None = None

    def furnish(self, cloud: Cloud, shop: Shop, jira: Jira) -> None:
        """Write the organisation's files, with the addresses and ids of this morning in them."""
        names = {
            "console_url": self.url,
            "console_port": str(self._port),
            "state": str(self.folder / "state"),
            "jira_url": jira.url,
            "cloud_url": cloud.url,
            "account": ACCOUNT,
            "region": REGION,
            "backoffice_group": shop.backoffice_group,
            "edge_group": shop.edge_group,
            "bucket": shop.bucket,
            "staging_bucket": shop.staging_bucket,
            "staging_day": _night_of_changes(),
            **shop.hosts,
        }
        for source in sorted(_ORGANISATION.rglob("*")):
            if source.is_file():
                target = self.folder / "organisation" / source.relative_to(_ORGANISATION)
                target.parent.mkdir(parents=True, exist_ok=True)
                text = source.read_text(encoding="utf-8")
                target.write_text(Template(text).substitute(names), encoding="utf-8")

    def start(self) -> None:
        """Start it and wait until it says that it is ready. Raises DidNotHappen with its last words."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(self._command("serve"), env=self._environment, stdout=log, stderr=log)
        until(self._is_ready, f"{self.url}/readyz")

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bot.cli", *words, "--config", str(self._config)]

    def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise DidNotHappen(f"suture serve ended with exit code {self._process.returncode}:\n{self.last_words()}")
        try:
            return httpx2.get(f"{self.url}/readyz", trust_env=False, timeout=2).status_code == 200
        except httpx2.TransportError:
            return False

    def last_words(self) -> str:
        """The end of its log, in which secrets are blacked out already."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(line[:300] for line in lines[-_LAST:])

    def ask(self, *words: str) -> tuple[int, str]:
        """(exit code, what it printed) of another ``suture`` command on the same configuration."""
        done = subprocess.run(
            self._command(*words), env=self._environment, capture_output=True, text=True, timeout=60, check=False
        )
        return done.returncode, (done.stdout + done.stderr).strip()

    def link_for(self, person: str) -> str:
        """A one-time sign-in link, as ``suture sign-in`` prints it. Raises DidNotHappen."""
        code, said = self.ask("sign-in", person)
        if code != 0 or "token=" not in said:
            raise DidNotHappen(f"suture sign-in {person} ended with exit code {code}: {said[-500:]}")
        return said.splitlines()[-1]

    def stop(self) -> None:
        """Stop it as an operator would, and wait."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
