"""Reading a target back with read-only credentials: the only proof of what a run did. Unreadable is unknown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.engine import Clock
from bot.work.plans import Accounts
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.fix import Fix, Plan, Receipt, Target, Verification

log = structlog.get_logger()

_READS_LAG = (0.5, 2.0, 5.0)  # a platform may show a change some seconds late: look again before saying "failed"


async def seen(look: Callable[[], Awaitable[Verification]], sleep: Callable[[float], Awaitable[None]]) -> Verification:
    """Look, and again after each of these waits while it does not show."""
    proof = await look()
    for wait in _READS_LAG:
        if proof.holds:
            break
        await sleep(wait)
        proof = await look()
    return proof


async def verify(fix: Fix, plan: Plan, accounts: Accounts, clock: Clock, undone: Receipt | None = None) -> Verification:
    """Read a plan's target back."""
    return await read_back(fix, plan.target, accounts, clock, undone)


async def read_back(
    fix: Fix, target: Target, accounts: Accounts, clock: Clock, undone: Receipt | None = None
) -> Verification:
    """Read one target back. Never raises for what is outside: what cannot be read is unknown."""
    try:
        read = accounts.read(target)
        return await asyncio.to_thread(lambda: fix.verify(target, read, clock(), undone=undone))
    except (Retriable, Ambiguous, NeedsHuman) as failure:
        log.warning("a target could not be read back", target=target.id, problem=str(failure))
        return Verification(None, ())
