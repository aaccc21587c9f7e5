"""A fix at run time is not the end: the template makes it last, and what a deploy undoes comes back by name."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.store import tables as t
from tests.fakes.cloud import opening
from tests.stories.open_port import open_port, rules_of
from tests.stories.world import World


async def fixed(world: World, group: str) -> None:
    """Ana presses *Fix now…*, reads the plan and confirms it."""
    await world.alert(**open_port(group))
    await fix(world, group, "Fix now…")


async def fix(world: World, group: str, label: str) -> None:
    before = len(await asyncio.to_thread(world.slack.views))
    await world.press("payments", group, label, by="ana")
    plan = await world.eventually(
        lambda: next((v for v in world.slack.views()[before:] if "0.0.0.0/0" in v.shown), None), "the plan"
    )
    await world.submit(plan, by="ana")
    await world.card("payments", "MITIGATED")
    assert rules_of(world, group) == []


def open_again(world: World, group: str) -> None:
    """The old template is applied."""
    assert world.cloud is not None
    rule = opening(22, Description="from the template")
    world.cloud.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


async def the_case(world: World) -> Any:
    (case,) = await world.rows(t.cases)
    return case


async def test_the_scanners_resolved_confirms_but_only_the_template_closes(world: World, open_group: str) -> None:
    await fixed(world, open_group)

    await world.alert(**open_port(open_group), status="resolved")
    assert (await the_case(world)).state == "mitigated"

    await world.press("payments", open_group, "Template done…", by="ben")
    form = await world.form("ben", "What makes it last?")
    await world.submit(form, by="ben", reason="https://example.com/infrastructure/pull/7")
    card = await world.card("payments", "FIXED")

    assert [button.label for button in card.again().buttons] == []
    await world.said_in_thread("payments", "FIXED", "https://example.com/infrastructure/pull/7")
    case = await the_case(world)
    assert case.seen_at <= case.told_at <= case.decided_at <= case.mitigated_at <= case.fixed_at


async def test_what_a_deploy_undoes_comes_back_naming_it_and_is_fixed_again(world: World, open_group: str) -> None:
    await fixed(world, open_group)
    await asyncio.to_thread(open_again, world, open_group)

    await world.deploy(id="812", name="shop 4.2", asset=open_group, actor="pipeline", url="https://ci.example.com/812")
    await world.said_in_thread("payments", "REGRESSED", "The deploy shop 4.2 came between (by pipeline).")
    assert (await the_case(world)).mitigated_at is None

    await fix(world, open_group, "Apply again…")
    assert (await the_case(world)).state == "mitigated"


async def test_a_deploy_of_something_else_is_not_blamed(world: World, open_group: str) -> None:
    await fixed(world, open_group)
    await asyncio.to_thread(open_again, world, open_group)

    await world.deploy(id="813", name="blog 1.0", asset="blog")
    await world.said_in_thread("payments", "REGRESSED", "It came back on")
    assert "blog" not in await world.thread("payments", "REGRESSED")


async def test_a_deploy_that_changes_nothing_is_no_news(world: World, open_group: str) -> None:
    await fixed(world, open_group)
    await world.deploy(id="814", name="shop 4.3", asset=open_group)
    await asyncio.to_thread(open_again, world, open_group)
    await world.deploy(id="815", name="shop 4.4", asset=open_group)

    await world.said_in_thread("payments", "REGRESSED", "The deploy shop 4.4 came between")
    thread = await world.thread("payments", "REGRESSED")
    assert thread.count("It came back on") == thread.count("shop 4.4")
    assert "shop 4.3" not in thread
