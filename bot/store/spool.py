"""Where report files wait to be read: a folder beside SQLite, or rows in PostgreSQL, which every machine reaches."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from bot.store.db import Store
from bot.store.tables import scan_part

_PART = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Spooled:
    """One file on disk, synced: where it is, its size, and its SHA-256."""

    path: str
    size: int
    digest: str


class Spool:
    """Keeps report files until they are read."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder / "scans"

    async def write(self, scan_id: str, pieces: AsyncIterator[bytes]) -> Spooled:
        """Stream ``pieces`` to disk; when this returns they are synced. What breaks off leaves nothing behind."""
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        path = self._folder / f"{scan_id}.report"
        digest, size = hashlib.sha256(), 0
        try:
            with path.open("wb") as file:
                async for piece in pieces:
                    digest.update(piece)
                    size += len(piece)
                    await asyncio.to_thread(file.write, piece)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            await asyncio.to_thread(_sync_folder, self._folder)
            if not self._store.sqlite:
                await self._into_rows(scan_id, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Spooled(str(path), size, digest.hexdigest())

    async def _into_rows(self, scan_id: str, path: Path) -> None:
        """Another machine may read it: keep the file in the database, and only there."""
        with path.open("rb") as file:
            number = 0
            while piece := await asyncio.to_thread(file.read, _PART):
                async with self._store.write() as connection:
                    await connection.execute(sa.insert(scan_part).values(scan=scan_id, number=number, content=piece))
                number += 1
        await asyncio.to_thread(path.unlink)

    @asynccontextmanager
    async def open(self, scan_id: str, path: str) -> AsyncIterator[IO[bytes]]:
        """The file, open for reading. Raises FileNotFoundError when it is gone."""
        if self._store.sqlite:
            with Path(path).open("rb") as file:  # noqa: ASYNC230 - opening is quick; reading happens in a thread
                yield file
            return
        with tempfile.TemporaryFile() as file:
            await self._out_of_rows(scan_id, file)
            yield file

    async def _out_of_rows(self, scan_id: str, file: IO[bytes]) -> None:
        number = 0
        while True:
            query = sa.select(scan_part.c.content).where(scan_part.c.scan == scan_id, scan_part.c.number == number)
            async with self._store.read() as connection:
                content = (await connection.execute(query)).scalar()
            if content is None:
                break
            await asyncio.to_thread(file.write, content)
            number += 1
        if number == 0:
            raise FileNotFoundError(f"the report file of scan {scan_id} is gone")
        file.seek(0)

    async def forget(self, scan_id: str, path: str) -> None:
        """The file was read and is no longer needed."""
        await asyncio.to_thread(Path(path).unlink, missing_ok=True)
        async with self._store.write() as connection:
            await connection.execute(sa.delete(scan_part).where(scan_part.c.scan == scan_id))


def _sync_folder(folder: Path) -> None:
    """A new file is durable only once its folder's entry is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
