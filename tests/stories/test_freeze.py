"""A freeze holds everything: what is pressed, what waits in the queue, and what is under way."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.store import tables as t
from tests.fakes.cloud import opening
from tests.fakes.fault_proxy import FaultProxy
from tests.patience import PATIENCE
from tests.stories.fixing import asks_to_fix, plan_of, told, types
from tests.stories.open_port import open_port, rules_of
from tests.stories.policies import ALONE, windowed
from tests.stories.world import World


@pytest.fixture
def policy() -> str:
    return ALONE


async def test_nothing_starts_in_a_frozen_environment_until_it_ends(world: World, open_group: str) -> None:
    await types(world, "ana", "freeze production 2h the release goes out")
    await told(world, "ana", "No rule in config/policy.yaml lets Ana Sousa")
    await types(world, "sue", "freeze production 2h the release goes out")
    await told(world, "sue", "production is frozen since")

    await asks_to_fix(world, open_group, by="ana")
    await told(world, "ana", "by Sue Lind: the release goes out")
    assert len(rules_of(world, open_group)) == 1
    await types(world, "ben", "windows")
    await told(world, "ben", "production is frozen since")

    await types(world, "sue", "unfreeze production")
    await told(world, "sue", "production is not frozen any more")
    await world.submit(await plan_of(world, open_group, by="ana"), by="ana")
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
    assert rules_of(world, open_group) == []


class TestDuringARun:
    """Somebody freezes everything in the moment in which the first group, alone, is being changed."""

    @pytest.fixture
    def cloud_url(self, between: FaultProxy) -> str:
        return between.url

    async def test_it_halts_before_its_next_wave(self, world: World, between: FaultProxy) -> None:
        groups = await asyncio.to_thread(_three_open_groups, world)
        for group in groups:
            await world.alert(**open_port(group, title="SSH is open to the world"))
        plan = await plan_of(world, "SSH is open", by="ana")
        assert all(group in plan.shown for group in groups)

        held = between.hold_next(b"RevokeSecurityGroupIngress")
        await world.submit(plan, by="ana")
        await asyncio.wait_for(held.came.wait(), PATIENCE)
        await types(world, "sue", "freeze all stop everything")
        await told(world, "sue", "everything is frozen since")
        held.go.set()

        await world.said_in_thread("payments", "SSH is open", "frozen: stop everything")
        assert sorted(row.state for row in await world.rows(t.run_target)) == ["verified", "waiting", "waiting"]
        assert sum(len(rules_of(world, group)) for group in groups) == 2


class TestInTheQueue:
    """A window that opens into a freeze lets nothing through; what waits goes when the freeze is over."""

    @pytest.fixture
    def policy(self) -> str:
        day = datetime.now(UTC) + timedelta(days=2)
        return windowed("L1", f"0 3 {day.day} {day.month} *")

    async def test_it_waits_for_the_end_of_the_freeze(self, world: World, open_group: str) -> None:
        await asks_to_fix(world, open_group, by="ana")
        await world.card("payments", "In the queue.")
        (run,) = await world.rows(t.run)
        opens_in = (run.opens_at - world.clock()).total_seconds()
        await types(world, "sue", f"freeze production {int(opens_in / 60) + 20}m looking into the outage")
        await told(world, "sue", "production is frozen since")

        await world.later(seconds=opens_in + 60)
        await world.said_in_thread("payments", open_group, "The queued fix waits on: production is frozen since")
        await world.later(minutes=30)
        await world.said_in_thread("payments", open_group, "The change window is open: the queued fix starts now.")
        await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
        assert rules_of(world, open_group) == []


def _three_open_groups(world: World) -> list[str]:
    assert world.cloud is not None
    vpc, _ = world.cloud.network()
    return [world.cloud.security_group(vpc, f"shop-{n}", [opening(22, Description="x")]) for n in range(3)]
