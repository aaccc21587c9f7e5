"""What a plan in hand still needs before it may run: nothing, others' yes, its change window; or why it never may.

Asked when somebody confirms a plan, when the last yes is given, and once more when a queued run is to start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.change_window import opening
from bot.model.levels import Level, Proposal, level_of
from bot.model.person import People
from bot.model.policy import Policy
from bot.model.priority_tables import Priority
from bot.store.freezes import freeze_of
from bot.store.runs import changed_since, in_turn
from bot.views.counts import counted
from bot.views.freezes import frozen_words
from bot.views.times import at_minute

_CAPS = "caps in config/policy.yaml"


@dataclass(frozen=True, slots=True)
class Go:
    """It may run now."""

    why: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Others must say yes first."""

    level: Level
    why: str


@dataclass(frozen=True, slots=True)
class Queue:
    """It may run when its change window opens."""

    opens_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class No:
    """It may not run, whoever says yes."""

    why: str


Clearance = Go | Ask | Queue | No


async def clearance(
    connection: AsyncConnection,
    policy: Policy,
    proposal: Proposal,
    names: Iterable[str],
    now: datetime,
    *,
    agreed: Level = Level.L1,
    glass: bool = False,
) -> Clearance:
    """What is needed still. ``names`` are all names of what would change; ``agreed``: the level up to which people have
    said yes, L1 being the press of whoever asks. It may not be enough any more: a window closes, a case becomes more
    urgent, the policy is another.

    ``glass``: somebody breaks the glass, which stands for every yes and for the window, for nothing else."""
    stop = await _stop(connection, policy, proposal, names, now)
    if stop:
        return No(stop)
    level, why = level_of(policy.levels, proposal)
    window = opening(policy.windows, proposal.environment, now)
    # What is being attacked cannot wait for its window; it takes one more yes instead.
    urgent = proposal.priority is Priority.IMMEDIATE
    if not window.open and urgent:
        level, why = level.raised(), f"{why}; outside its change window ({window.where})"
    if level > agreed and not glass:
        return Ask(level, why)
    if not window.open and not urgent and not glass:
        if window.at is None:
            return No(f"no change window of {proposal.environment} lies ahead ({window.where})")
        return Queue(window.at, f"its change window opens {at_minute(window.at)} ({window.where})")
    return Go(why)


async def _stop(
    connection: AsyncConnection, policy: Policy, proposal: Proposal, names: Iterable[str], now: datetime
) -> str:
    """Why nobody's yes would help, "" when nothing stands in the way."""
    protected = policy.protects(names)
    if protected is not None:
        return f"{protected.pattern} is protected ({protected.where}): no fix ever touches it"
    if proposal.targets > policy.caps.targets_per_run:
        would, most = counted(proposal.targets, "target"), policy.caps.targets_per_run
        return f"it would change {would}, and a run may change {most} ({_CAPS})"
    return await frozen(connection, policy.people, proposal.environment, now) or await _over_the_hour(
        connection, policy, proposal, now
    )


async def frozen(connection: AsyncConnection, people: People, environment: str, now: datetime) -> str:
    """Which freeze holds there now, in words; "" when none does."""
    freeze = await freeze_of(connection, environment, now)
    return frozen_words(freeze, people) if freeze is not None else ""


async def _over_the_hour(connection: AsyncConnection, policy: Policy, proposal: Proposal, now: datetime) -> str:
    await in_turn(connection, proposal.environment)
    changed, most = await changed_since(connection, proposal.environment, now), policy.caps.targets_per_hour
    if changed + proposal.targets <= most:
        return ""
    place = proposal.environment or "unknown environments"
    return (
        f"in {place} no more than {counted(most, 'target')} may be changed within an hour (caps in config/policy.yaml)"
    )
