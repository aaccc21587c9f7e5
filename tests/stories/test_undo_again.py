"""An undo that did not come to its end is no dead end: the button is still there, and puts back what is left."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import tables as t
from tests.fakes.cloud import opening
from tests.fakes.fault_proxy import FaultProxy
from tests.patience import PATIENCE
from tests.stories.fixing import plan_of, told, types
from tests.stories.open_port import open_port, rules_of
from tests.stories.policies import ALONE
from tests.stories.running import eventually
from tests.stories.world import World


@pytest.fixture
def policy() -> str:
    return ALONE


@pytest.fixture
def cloud_url(between: FaultProxy) -> str:
    return between.url


async def test_what_a_freeze_halted_half_way_is_put_back_after_it(world: World, between: FaultProxy) -> None:
    groups = await asyncio.to_thread(_two_open_groups, world)
    for group in groups:
        await world.alert(**open_port(group, title="SSH is open to the world"))
    await world.submit(await plan_of(world, "SSH is open", by="ana"), by="ana")
    await world.said_in_thread("payments", "SSH is open", "Fixed at run time and verified")

    held = between.hold_next(b"AuthorizeSecurityGroupIngress")
    await types(world, "ana", "undo S-1")
    await asyncio.wait_for(held.came.wait(), PATIENCE)
    await types(world, "sue", "freeze all stop everything")
    await told(world, "sue", "everything is frozen since")
    held.go.set()
    await world.said_in_thread("payments", "SSH is open", "The undo failed")
    assert sum(len(rules_of(world, group)) for group in groups) == 1
    await types(world, "sue", "unfreeze all")
    await told(world, "sue", "is not frozen any more")

    await types(world, "ana", "undo S-1")
    await world.said_in_thread("payments", "SSH is open", "Undone and verified")
    assert [len(rules_of(world, group)) for group in groups] == [1, 1]

    async def ended() -> bool:
        return [row.state for row in await world.rows(t.run) if row.kind == "apply"] == ["undone"]

    await eventually(ended, "the run that was undone in two steps")
    card = await world.card("payments", "SSH is open")
    assert "Undo…" not in [button.label for button in card.again().buttons]


def _two_open_groups(world: World) -> list[str]:
    assert world.cloud is not None
    vpc, _ = world.cloud.network()
    return [world.cloud.security_group(vpc, f"shop-{n}", [opening(22, Description="x")]) for n in range(2)]
