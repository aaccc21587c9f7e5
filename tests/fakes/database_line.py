"""The line to a PostgreSQL, to be cut and mended: what a network or a restart does to a database."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from typing import Self
from urllib.parse import parse_qs, urlsplit

# CommandComplete of a COMMIT, as the server answers it (PostgreSQL's documentation, "Message Formats").
_COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
_SOCKET = ".s.PGSQL.5432"  # what libpq and asyncpg look for in a folder


class DatabaseLine:
    """``async with DatabaseLine(url) as line``: use ``line.url``; ``cut()`` it, ``hang()`` it, ``mend()`` it."""

    def __init__(self, url: str) -> None:
        folder = parse_qs(urlsplit(url).query)["host"][0]
        self._behind = f"{folder}/{_SOCKET}"
        # A unix socket's path may hold about 100 characters, so nothing long goes before it.
        self._folder = tempfile.TemporaryDirectory(prefix="suture-line-", dir="/tmp")
        self.url = url.replace(folder, self._folder.name)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._at_commit: Callable[[], None] | None = None

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()
        self._folder.cleanup()

    async def mend(self) -> None:
        """Connections are taken, and bytes flow."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_unix_server(self._serve, f"{self._folder.name}/{_SOCKET}")

    def hang(self) -> None:
        """Connections stay, and nothing moves on them any more."""
        self._flowing.clear()

    def at_next_commit(self, deed: Callable[[], None] | None) -> None:
        """Do this when the server has committed something, before whoever asked for it hears so; None: no more."""
        self._at_commit = deed

    async def cut(self) -> None:
        """Every connection breaks, and new ones are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        with suppress(FileNotFoundError):
            os.unlink(f"{self._folder.name}/{_SOCKET}")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            answers, questions = await asyncio.open_unix_connection(self._behind)
            try:
                await asyncio.gather(self._carry(reader, questions), self._carry(answers, writer))
            finally:
                questions.close()
        except (OSError, asyncio.CancelledError):
            pass  # one side went away, or the line was cut
        finally:
            self._open.discard(task)
            writer.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while piece := await source.read(65_536):
            if self._at_commit is not None and _COMMITTED in piece:
                deed, self._at_commit = self._at_commit, None
                deed()
            await self._flowing.wait()
            target.write(piece)
            await target.drain()
        target.close()
