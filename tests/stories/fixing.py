"""Pressing *Fix now…*, reading the plan that opens, and confirming it: what several stories begin with."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.stories.open_port import open_port
from tests.stories.organisation import PEOPLE
from tests.stories.world import World


async def plan_of(world: World, group: str, by: str, label: str = "Fix now…") -> Any:
    """The plan that opens for whoever presses; it shows what would change."""
    before = len(await asyncio.to_thread(world.slack.views))
    await world.press("payments", group, label, by=by)
    return await world.eventually(
        lambda: next((v for v in world.slack.views()[before:] if "0.0.0.0/0" in v.shown), None), "the plan"
    )


async def asks_to_fix(world: World, group: str, by: str) -> None:
    """An alert came; somebody reads the plan and confirms it."""
    await world.alert(**open_port(group))
    plan = await plan_of(world, group, by)
    await world.submit(plan, by=by)


async def form_after(world: World, group: str, label: str, by: str) -> Any:
    """The form that opens for this press, not an earlier one."""
    before = len(await asyncio.to_thread(world.slack.views))
    await world.press("payments", group, label, by=by)
    return await world.eventually(
        lambda: next(iter(world.slack.views()[before:]), None), f"a form for {by} after {label}"
    )


async def told(world: World, by: str, words: str) -> None:
    """A private answer to this person."""
    await world.eventually(
        lambda: [m for m in world.slack.private(to=PEOPLE[by]) if words in m.shown + m.text],
        f"{by} being told {words!r}",
    )


async def types(world: World, by: str, words: str) -> None:
    """Somebody types ``/suture …``."""
    await asyncio.to_thread(lambda: world.slack.command("/suture", words, by=PEOPLE[by]))


def change_the_group(world: World, group: str) -> None:
    """Somebody else opens it to the world once more meanwhile, by IPv6."""
    assert world.cloud is not None
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    world.cloud.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
