"""Several processes take alerts about the same cases at once, in every order: none waits for ever, all is counted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import tables as t
from bot.store.group_commit import GroupCommit
from bot.triage.accept import Accepted, Received, accept
from connectors.contract.finding import Finding, Status
from tests.bot.triage.bench import RULES, Workbench, finding

PROBLEMS = [f"CVE-2020-100{number}" for number in range(6)]
HOSTS = [f"web-{number}" for number in range(8)]


def web(bench: Workbench) -> GroupCommit[Received, Accepted]:
    """What one web process writes through."""

    async def write(connection: AsyncConnection, received: Sequence[Received]) -> Sequence[Accepted]:
        return await accept(connection, received, RULES, bench.engine)

    return GroupCommit(bench.store.write, write)


async def send(bench: Workbench, webs: Sequence[GroupCommit[Received, Accepted]], told: list[Finding]) -> None:
    """Deliver these findings, four at a time in no order, to whichever process."""
    chance = random.Random(7)
    chance.shuffle(told)
    groups = [told[start : start + 4] for start in range(0, len(told), 4)]
    deliveries = [chance.choice(webs).submit(bench.received(*group)) for group in groups]
    await asyncio.gather(*deliveries)


async def test_what_several_take_at_once_is_counted_once(bench: Workbench) -> None:
    webs = [web(bench) for _ in range(4)]
    everything = [finding(host, problem) for host in HOSTS for problem in PROBLEMS]

    await send(bench, webs, everything * 2)
    counts = {row.problem: (row.open_findings, row.total_findings) for row in await bench.rows(t.cases)}
    assert counts == {problem: (len(HOSTS), len(HOSTS)) for problem in PROBLEMS}
    assert sum(row.count for row in await bench.rows(t.finding)) == 2 * len(everything)

    gone = [finding(host, problem, status=Status.RESOLVED) for host in HOSTS[:5] for problem in PROBLEMS]
    await send(bench, webs, gone * 2)
    counts = {row.problem: (row.open_findings, row.total_findings) for row in await bench.rows(t.cases)}
    assert counts == {problem: (3, len(HOSTS)) for problem in PROBLEMS}
