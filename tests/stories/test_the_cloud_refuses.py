"""The cloud refuses in the middle: what was done and what was not is told as it is, and stays in hand."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import tables as t
from tests.fakes.cloud import opening
from tests.fakes.fault_proxy import Fault, FaultProxy
from tests.stories.fixing import form_after, plan_of
from tests.stories.open_port import open_port, rules_of
from tests.stories.policies import ALONE
from tests.stories.running import eventually
from tests.stories.world import World

_BODY = b"<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>"
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
MANY = 1_000
TITLE = "SSH is open to the world"


@pytest.fixture
def policy() -> str:
    return ALONE


@pytest.fixture
def cloud_url(between: FaultProxy) -> str:
    return between.url


def open_group(world: World, *ports: tuple[int, int]) -> str:
    assert world.cloud is not None
    vpc, _ = world.cloud.network()
    return world.cloud.security_group(vpc, "shop", [opening(*each) for each in ports or ((22, 22),)])


async def the_group_states(world: World) -> dict[str, str]:
    return {row.resource.rpartition("/")[2]: row.state for row in await world.rows(t.finding)}


async def test_what_a_half_failed_run_closed_is_watched(world: World, between: FaultProxy) -> None:
    groups = [await asyncio.to_thread(open_group, world) for _ in range(3)]
    for group in groups:
        await world.alert(**open_port(group, title=TITLE))
    plan = await plan_of(world, TITLE, by="ana")
    first, second, last = sorted(groups, key=plan.shown.index)
    refused = b"Action=RevokeSecurityGroupIngress&Version=2016-11-15&GroupId=" + last.encode()
    between.break_next(Fault.ANSWER, refused, answer=REFUSAL)
    await world.submit(plan, by="ana")
    await world.said_in_thread("payments", TITLE, "The fix failed: Close the port to the internet.")

    assert await the_group_states(world) == {first: "mitigated", second: "mitigated", last: "open"}
    thread = await world.thread("payments", TITLE)
    assert "2 of 3 targets: changed and verified." in thread
    assert "Read back: no rule" not in thread

    await asyncio.to_thread(open_again, world, first)
    await world.work("watch.case", 1)
    await world.said_in_thread("payments", TITLE, f"It came back on {first}")
    assert await the_group_states(world) == {first: "open", second: "mitigated", last: "open"}
    card = await world.card("payments", "Regressed.")
    assert "Proof:" not in card.again().shown


def open_again(world: World, group: str) -> None:
    assert world.cloud is not None
    world.cloud.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[opening(22)])


def put_back_last(world: World, group: str) -> int:
    """The first port of the rule that an undo puts back last: it goes by rule id."""
    assert world.cloud is not None
    of_group = [{"Name": "group-id", "Values": [group]}]
    listed = world.cloud.client("ec2").describe_security_group_rules(Filters=of_group)["SecurityGroupRules"]
    rules = [rule for rule in listed if not rule["IsEgress"]]
    return int(max(rules, key=lambda rule: rule["SecurityGroupRuleId"])["FromPort"])


async def test_half_an_undo_is_no_longer_safe_and_may_be_ended(world: World, between: FaultProxy) -> None:
    group = await asyncio.to_thread(open_group, world, (22, 22), (20, 30))
    await world.alert(**open_port(group, title=TITLE))
    last = await asyncio.to_thread(put_back_last, world, group)
    await world.submit(await plan_of(world, TITLE, by="ana"), by="ana")
    await world.card("payments", "MITIGATED")

    between.break_next(Fault.ANSWER, b"FromPort=%d" % last, answer=REFUSAL)
    await world.submit(await form_after(world, TITLE, "Undo…", by="ana"), by="ana")
    await world.said_in_thread("payments", TITLE, "read back, the fix does not hold any more")
    assert len(rules_of(world, group)) == 1
    assert await the_group_states(world) == {group: "open"}
    assert "nothing was changed" not in await world.thread("payments", TITLE)

    await world.card("payments", "The last undo ended as failed.")
    again = await form_after(world, TITLE, "Undo…", by="ana")
    assert "once more: the undo of" in again.shown
    await world.submit(again, by="ana")
    await world.said_in_thread("payments", TITLE, "Undone and verified")
    assert len(rules_of(world, group)) == 2


async def test_a_plan_names_what_it_could_not_read_and_is_no_all_clear(world: World, between: FaultProxy) -> None:
    closed, hidden = [await asyncio.to_thread(open_group, world) for _ in range(2)]
    between.break_next(Fault.ANSWER, b"GroupId.1=" + hidden.encode(), answer=REFUSAL, times=MANY)
    for group in (closed, hidden):
        await world.alert(**open_port(group, title=TITLE))
    plan = await plan_of(world, TITLE, by="ana")
    assert "on 1 target" in plan.shown
    assert "Not read, so not changed." in plan.shown
    assert f"{hidden}: ec2:DescribeSecurityGroups is not allowed" in plan.shown
    assert "operational risk UNKNOWN" in plan.shown

    await world.submit(plan, by="ana")
    await world.said_in_thread("payments", TITLE, "Fixed at run time and verified")
    before = len(await asyncio.to_thread(world.slack.views))
    await world.press("payments", TITLE, "Fix now…", by="ana")

    async def second() -> str:
        views = await asyncio.to_thread(world.slack.views)
        return next((view.shown for view in views[before:] if hidden in view.shown), "")

    shown = await eventually(second, "the second plan")
    assert "What could be read is already as the fix would leave it." in shown
    assert "Nothing to do" not in shown
