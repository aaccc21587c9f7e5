"""Where report files lie: a folder beside SQLite, or rows in PostgreSQL, which every machine reaches.

A file that was read is kept packed, to be read again; bot/store/kept_reports.py says how long.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from gzip import GzipFile
from pathlib import Path
from typing import IO, cast

import sqlalchemy as sa

from bot.store.db import Store
from bot.store.tables import scan, scan_part

_PART = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Spooled:
    """One file on disk, synced: where it is, its size, and its SHA-256."""

    path: str
    size: int
    digest: str


class Spool:
    """Keeps report files until they are read, and packed until they are forgotten."""

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
        """The file, open for reading and found by its name too. Raises FileNotFoundError when it is gone."""
        if self._store.sqlite:
            with Path(path).open("rb") as file:  # noqa: ASYNC230 - opening is quick; reading happens in a thread
                yield file
            return
        with tempfile.NamedTemporaryFile() as file:
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

    async def pack(self, scan_id: str, path: str) -> None:
        """The file was read: keep it packed, and its row says so. Safe to do again; a file that is gone is let be."""
        try:
            async with self.open(scan_id, path) as file:
                with tempfile.TemporaryFile(dir=self._folder if self._store.sqlite else None) as packed:
                    await asyncio.to_thread(_pack, file, packed)
                    await self._put(scan_id, path, packed)
        except FileNotFoundError:
            return

    async def _put(self, scan_id: str, path: str, packed: IO[bytes]) -> None:
        size = packed.seek(0, os.SEEK_END)
        packed.seek(0)
        if self._store.sqlite:
            await asyncio.to_thread(_copy_synced, packed, _packed(path))
        async with self._store.write() as connection:
            if not self._store.sqlite:
                await connection.execute(sa.delete(scan_part).where(scan_part.c.scan == scan_id))
                number = 0
                while piece := packed.read(_PART):
                    await connection.execute(sa.insert(scan_part).values(scan=scan_id, number=number, content=piece))
                    number += 1
            await connection.execute(sa.update(scan).where(scan.c.id == scan_id).values(kept=size))
        await asyncio.to_thread(Path(path).unlink, missing_ok=True)

    @asynccontextmanager
    async def open_kept(self, scan_id: str, path: str) -> AsyncIterator[IO[bytes]]:
        """A packed file as it came, open for reading. Raises FileNotFoundError when it is gone."""
        where = str(_packed(path)) if self._store.sqlite else path
        async with self.open(scan_id, where) as packed:
            with tempfile.NamedTemporaryFile() as file:
                await asyncio.to_thread(_unpack, packed, file)
                yield file

    async def forget(self, scan_id: str, path: str) -> None:
        """The file is no longer needed."""
        for each in (Path(path), _packed(path)):
            await asyncio.to_thread(each.unlink, missing_ok=True)
        async with self._store.write() as connection:
            await connection.execute(sa.delete(scan_part).where(scan_part.c.scan == scan_id))
            await connection.execute(sa.update(scan).where(scan.c.id == scan_id).values(kept=0))


def _packed(path: str) -> Path:
    return Path(f"{path}.gz")


def _pack(file: IO[bytes], packed: IO[bytes]) -> None:
    with GzipFile(fileobj=packed, mode="wb", compresslevel=1, mtime=0) as gzip:
        shutil.copyfileobj(file, cast("IO[bytes]", gzip), _PART)


def _unpack(packed: IO[bytes], file: IO[bytes]) -> None:
    """Without the limits for what strangers pack: it is as large as it was when it came."""
    with GzipFile(fileobj=packed, mode="rb") as gzip:
        shutil.copyfileobj(gzip, file, _PART)
    file.seek(0)


def _copy_synced(file: IO[bytes], to: Path) -> None:
    """All of it or nothing: the name is there only once the content is."""
    begun = to.with_suffix(".part")
    with begun.open("wb") as copy:
        shutil.copyfileobj(file, copy, _PART)
        copy.flush()
        os.fsync(copy.fileno())
    begun.replace(to)
    _sync_folder(to.parent)


def _sync_folder(folder: Path) -> None:
    """A new file is durable only once its folder's entry is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
