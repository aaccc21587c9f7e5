"""What nobody's yes gets past: caps, protected assets, and a circuit that breaks when fixes fail."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import tables as t
from tests.fakes.cloud import opening
from tests.stories.fixing import asks_to_fix, change_the_group, form_after, plan_of, told
from tests.stories.open_port import open_port, rules_of
from tests.stories.policies import ALONE, TWO
from tests.stories.world import World


class TestProtected:
    @pytest.fixture
    def policy(self) -> str:
        return ALONE + '\nprotected: ["*:security-group/*"]\n'

    async def test_no_fix_ever_touches_it(self, world: World, open_group: str) -> None:
        await asks_to_fix(world, open_group, by="ana")
        await told(world, "ana", "is protected (config/policy.yaml:")
        assert await world.rows(t.run) == []
        assert len(rules_of(world, open_group)) == 1


class TestCaps:
    @pytest.fixture
    def policy(self) -> str:
        return ALONE + "\ncaps: {targets_per_run: 1}\n"

    async def test_more_at_once_than_the_cap_is_refused(self, world: World) -> None:
        assert world.cloud is not None
        vpc, _ = world.cloud.network()
        for name in ("one", "two"):
            group = world.cloud.security_group(vpc, name, [opening(22, Description="x")])
            await world.alert(**open_port(group, title="SSH is open to the world"))
        plan = await plan_of(world, "SSH is open", by="ana")
        await world.submit(plan, by="ana")
        await told(world, "ana", "it would change 2 targets, and a run may change 1")
        assert await world.rows(t.run) == []


class TestAnHour:
    @pytest.fixture
    def policy(self) -> str:
        return ALONE + "\ncaps: {targets_per_hour: 1}\n"

    async def test_more_within_an_hour_than_the_cap_is_refused(self, world: World) -> None:
        assert world.cloud is not None
        vpc, _ = world.cloud.network()
        groups = [world.cloud.security_group(vpc, name, [opening(port)]) for name, port in (("one", 22), ("two", 3389))]
        await asks_to_fix(world, groups[0], by="ana")
        await world.said_in_thread("payments", groups[0], "Fixed at run time and verified")

        title = f"RDP is open to the world on {groups[1]}"
        await world.alert(**open_port(groups[1], port=3389, problem="network.open-port.3389", title=title))
        plan = await plan_of(world, groups[1], by="ana")
        await world.submit(plan, by="ana")
        await told(world, "ana", "no more than 1 target may be changed within an hour")
        assert len(rules_of(world, groups[1])) == 1


class TestCircuit:
    @pytest.fixture
    def policy(self) -> str:
        return TWO + "\ncaps: {failures: 1}\n"

    async def test_failed_runs_freeze_their_environment_until_somebody_looked(
        self, world: World, open_group: str
    ) -> None:
        await asks_to_fix(world, open_group, by="ana")
        await world.card("payments", "Waits for approval.")
        question = await form_after(world, open_group, "Approve…", by="ben")
        await asyncio.to_thread(change_the_group, world, open_group)
        await world.submit(question, by="ben")

        await world.said_in_thread("payments", open_group, "Production is frozen now: 1 run failed within an hour")
        plan = await plan_of(world, open_group, by="ana")
        await world.submit(plan, by="ana")
        await told(world, "ana", "by Suture itself: 1 run failed within an hour")
