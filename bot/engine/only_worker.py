"""On SQLite one worker works: it holds a lock beside the database, which goes with its process however that dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.engine.behind import EngineError
from bot.store.db import is_sqlite


@contextmanager
def the_only_worker(url: str) -> Iterator[None]:
    """Hold the lock of the SQLite file meanwhile; a server is shared by many workers, and nothing is held.

    Two workers on one file have one name in the engine: the second, as it starts, would do again what the first is
    doing. Raises EngineError while another holds it.
    """
    if not is_sqlite(url):
        yield
        return
    file = sa.make_url(url).database
    with Path(f"{file}-worker").open("a", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise EngineError(
                f"another `suture serve` or `suture worker` works on {file}: stop that one, or set DATABASE_URL to a "
                "PostgreSQL, which many workers share"
            ) from taken
        yield
