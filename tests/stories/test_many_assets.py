"""One weakness on many hosts of one team is one message with a list, whoever tells of it and however often."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.store import tables as t
from tests.stories.trivy_report import report_of
from tests.stories.world import World

HEARTBLEED = {"title": "OpenSSL leaks memory", "rule": "CVE-2014-0160", "cve": "CVE-2014-0160", "severity": "high"}
HOSTS = [f"shop-{number}" for number in range(1, 41)]


def on(host: str, **changes: Any) -> dict[str, Any]:
    return HEARTBLEED | {"resource": {"id": host, "type": "host"}} | changes


async def of_heartbleed(world: World) -> list[Any]:
    """The messages in the team's channel that are about it."""
    messages = await asyncio.to_thread(world.channel("payments").messages)
    return [message for message in messages if "OpenSSL leaks memory" in message.text]


async def all_at_once(world: World, hosts: list[str], **changes: Any) -> None:
    await asyncio.gather(*(world.alert(**on(host, **changes)) for host in hosts))


async def test_forty_hosts_are_one_message_with_true_counts_and_close_together(world: World) -> None:
    await world.alert(**on("shop-1"))
    await world.card("payments", "OpenSSL leaks memory")
    await all_at_once(world, HOSTS[1:])
    await world.gathered()
    card = await world.card("payments", "+ 35 more")
    assert "generic, 40 times" in card.again().shown

    await world.scan(report_of("shop-2", "CVE-2014-0160"))
    await world.gathered()
    await world.card("payments", "generic, trivy, 41 times")
    assert len(await of_heartbleed(world)) == len(await world.rows(t.cases)) == 1

    world.clock.pass_by(hours=1)
    await world.scan(report_of("shop-2"))
    await all_at_once(world, HOSTS[:-1], status="resolved")
    assert [(row.state, row.open_findings) for row in await world.rows(t.cases)] == [("open", 1)]

    await world.alert(**on(HOSTS[-1], status="resolved"))
    card = await world.card("payments", "FIXED")
    assert card.again().buttons == []
    assert len(await of_heartbleed(world)) == 1


async def test_what_one_tool_calls_resolved_stays_while_the_other_still_sees_it(world: World) -> None:
    await world.alert(**on("shop-2"))
    await world.card("payments", "OpenSSL leaks memory")
    await world.scan(report_of("shop-2", "CVE-2014-0160"))
    await world.gathered()
    await world.card("payments", "generic, trivy")

    await world.alert(**on("shop-2", status="resolved"))
    assert [row.state for row in await world.rows(t.cases)] == ["open"]

    world.clock.pass_by(hours=1)
    await world.scan(report_of("shop-2"))
    await world.said_in_thread("payments", "OpenSSL leaks memory", "No tool reports it as open any more.")
    assert [row.state for row in await world.rows(t.cases)] == ["fixed"]


async def test_a_host_that_has_it_again_opens_the_same_message(world: World) -> None:
    await all_at_once(world, ["shop-2", "shop-3"])
    await world.card("payments", "OpenSSL leaks memory")
    await all_at_once(world, ["shop-2", "shop-3"], status="resolved")
    await world.card("payments", "FIXED")
    await world.said_in_thread("payments", "FIXED", "No tool reports it as open any more.")

    await world.alert(**on("shop-3"))
    await world.said_in_thread("payments", "OpenSSL leaks memory", "It came back")
    assert len(await of_heartbleed(world)) == 1
