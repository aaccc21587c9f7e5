"""A piece of work is done again while the database is in the way: somebody else's lock, an outage, a full disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from bot.store.refusals import NOT_DONE, is_away, is_passing

Work = Callable[..., Awaitable[None]]

_WAITS = (0.05, 0.2, 1.0, 5.0, 15.0, 30.0)  # seconds between tries; the last while the database stays away
log = structlog.get_logger()


async def patiently(name: str, work: Work, arguments: Sequence[Any]) -> None:
    """Do it; again when other writers were in the way, and however long the database is away.

    Every work may be done twice. Raises what it raised, when that is about something else or does not pass.
    """
    tries = 0
    while True:
        try:
            return await work(*arguments)
        except NOT_DONE as failure:
            if not is_away(failure) and not (is_passing(failure) and tries < len(_WAITS)):
                raise
            wait, problem = _WAITS[min(tries, len(_WAITS) - 1)], type(failure).__name__
        log.warning("work waits for the database or the disk", work=name, seconds=wait, problem=problem)
        tries += 1
        await asyncio.sleep(wait)
