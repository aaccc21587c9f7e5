"""Somebody closes the ticket. That is a word, and Suture looks: is the hole shut?"""

from __future__ import annotations

import asyncio
from typing import Any

from bot.store import tables as t
from tests.fakes.cloud import opening
from tests.stories.jira_screen import (
    BEN,
    STRANGER,
    at_the_screen,
    comments,
    jira_of,
    status,
    ticket_for,
    told,
    with_people_and_webhook,
)
from tests.stories.open_port import open_port, rules_of
from tests.stories.organisation import ACCOUNT
from tests.stories.world import World, eventually

HOST = {"id": "shop-1", "type": "host"}
HEARTBLEED = {"title": "Heartbleed on shop-1", "rule": "CVE-2014-0160", "resource": HOST}


async def the_case(world: World) -> Any:
    (case,) = await world.rows(t.cases)
    return case


async def a_ticket_about_an_open_port(world: World, group: str) -> str:
    await with_people_and_webhook(world)
    await world.alert(**open_port(group))
    return await ticket_for(world, group)


def shut_by_hand(world: World, group: str) -> None:
    """Somebody closes the port in the cloud's own console."""
    assert world.cloud is not None
    rule = opening(22, Description="for the contractor")
    world.cloud.client("ec2").revoke_security_group_ingress(GroupId=group, IpPermissions=[rule])
    assert rules_of(world, group) == []


async def test_jira_says_done_but_the_hole_is_open(world: World, open_group: str) -> None:
    ticket = await a_ticket_about_an_open_port(world, open_group)

    await at_the_screen(world, "move", ticket, "Done", by=BEN)

    await world.said_in_thread("payments", open_group, f"says in Jira that it is fixed ({ticket} is Done)")
    await world.said_in_thread("payments", open_group, "Jira says done, but it is not fixed: read back")
    await told(world)
    assert await status(world, ticket) == "To Do"
    assert "0.0.0.0/0" in await comments(world, ticket)
    case = await the_case(world)
    assert (case.state, case.claimed_at, case.fixed_at) == ("open", None, None)

    jira_of(world).webhook("", "")  # what is told no more is noticed by looking
    await at_the_screen(world, "move", ticket, "Done", by=BEN)
    await world.later(hours=6)
    await world.work("tickets.sweep")
    await world.said_in_thread("payments", open_group, f"Somebody says in Jira that it is fixed ({ticket} is Done)")
    await eventually(lambda: is_unclaimed(world), "the claim's refutation")
    await told(world)
    assert await status(world, ticket) == "To Do"


async def is_unclaimed(world: World) -> bool:
    case = await the_case(world)
    return case.claimed_at is None and case.state == "open"


async def test_jira_says_done_and_it_is_really_closed(world: World, open_group: str) -> None:
    ticket = await a_ticket_about_an_open_port(world, open_group)
    await asyncio.to_thread(shut_by_hand, world, open_group)

    await at_the_screen(world, "move", ticket, "Done", by=BEN)

    await world.said_in_thread("payments", open_group, "Jira says done, and it is so: read back")
    await world.card("payments", "FIXED")
    await told(world)
    assert await status(world, ticket) == "Done"
    assert "Jira says done, and it is so" in await comments(world, ticket)
    outcomes = {(row.who, row.act, row.outcome) for row in await world.rows(t.audit)}
    assert {("ben", "ticket status", "claimed fixed"), ("suture", "verify claim", "verified")} <= outcomes


async def test_what_nobody_here_can_read_stays_claimed_until_its_tool_speaks(world: World) -> None:
    await with_people_and_webhook(world)
    await world.alert(**HEARTBLEED)
    ticket = await ticket_for(world, "Heartbleed")

    await at_the_screen(world, "move", ticket, "Done", by=STRANGER)

    await world.said_in_thread("payments", "Heartbleed", "Dana Roux, whom nobody knows here, says in Jira")
    await world.said_in_thread("payments", "Heartbleed", "1 can be judged by its tool only")
    card = await world.card("payments", "Claimed fixed.")
    assert "Dana Roux said so in the ticket" in card.shown
    assert (await the_case(world)).state == "open"

    await world.later(minutes=11)
    await world.alert(**HEARTBLEED)
    await world.work("tickets.sweep")
    await world.said_in_thread("payments", "Heartbleed", "reported it again on shop-1")
    await told(world)
    assert await status(world, ticket) == "To Do"
    assert (await the_case(world)).claimed_at is None


async def test_what_cannot_be_read_just_now_is_said_and_stays_claimed(world: World) -> None:
    await with_people_and_webhook(world)
    elsewhere = f"arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/sg-0123456789abcdef0"  # in no region we hold
    place = {"id": elsewhere, "type": "AwsEc2SecurityGroup", "account": ACCOUNT, "region": "us-east-1"}
    await world.alert(**open_port("sg-0123456789abcdef0", resource=place))
    ticket = await ticket_for(world, "sg-0123456789abcdef0")

    await at_the_screen(world, "move", ticket, "Done", by=BEN)

    await world.said_in_thread("payments", "sg-0123456789abcdef0", "1 finding could not be read back just now")
    await world.card("payments", "Claimed fixed.")
    assert (await the_case(world)).state == "open"


async def test_a_word_counts_once_may_be_taken_back_and_is_confirmed_by_its_tool(world: World) -> None:
    await with_people_and_webhook(world)
    await world.alert(**HEARTBLEED)
    ticket = await ticket_for(world, "Heartbleed")
    await at_the_screen(world, "move", ticket, "Done", by=BEN)
    await world.card("payments", "Claimed fixed.")

    await asyncio.to_thread(jira_of(world).redeliver)  # as Jira does when an answer was lost
    await eventually(lambda: answered_twice(world), "the repeated deliveries")
    assert len([row for row in await world.rows(t.audit) if row.outcome == "claimed fixed"]) == 1

    await at_the_screen(world, "move", ticket, "In Progress", by=BEN)
    await world.said_in_thread("payments", "Heartbleed", f"reopened {ticket} in Jira (In Progress)")
    assert (await the_case(world)).claimed_at is None

    await at_the_screen(world, "move", ticket, "Done", by=BEN)
    await world.card("payments", "Claimed fixed.")
    await world.alert(**HEARTBLEED, status="resolved")
    await world.card("payments", "FIXED")
    case = await the_case(world)
    assert (case.state, case.claimed_at) == ("fixed", None)


async def answered_twice(world: World) -> bool:
    sent = await asyncio.to_thread(jira_of(world).webhooks)
    return bool(sent) and all(len(each["answers"]) == 2 for each in sent)


async def test_after_our_own_fix_the_owners_word_makes_it_fixed_once_it_is_read(world: World, open_group: str) -> None:
    ticket = await a_ticket_about_an_open_port(world, open_group)
    await world.press("payments", open_group, "Fix now…", by="ana")
    await world.submit(await world.form("ana", "0.0.0.0/0"), by="ana")
    await world.card("payments", "MITIGATED")
    await told(world)
    assert await status(world, ticket) == "In Progress"

    # Dana is nobody here: the run-time state is confirmed, and the template is still asked for.
    await at_the_screen(world, "move", ticket, "Done", by=STRANGER)
    await world.said_in_thread("payments", "MITIGATED", "may not say that the template is done")
    assert (await the_case(world)).state == "mitigated"

    await at_the_screen(world, "move", ticket, "In Progress", by=BEN)
    await world.said_in_thread("payments", "MITIGATED", f"reopened {ticket} in Jira")
    await at_the_screen(world, "move", ticket, "Done", by=BEN)
    await world.card("payments", "FIXED")
