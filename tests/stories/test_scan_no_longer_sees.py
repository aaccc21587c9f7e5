"""A scan is a whole picture of its target: what the next one no longer sees there is resolved, and nothing else is."""

from __future__ import annotations

from bot.store import tables as t
from tests.stories.trivy_report import report_of
from tests.stories.world import World

HEARTBLEED, LOG4SHELL = "CVE-2014-0160", "CVE-2021-44228"


async def states(world: World) -> dict[str, str]:
    return {row.problem: row.state for row in await world.rows(t.cases)}


async def test_what_the_second_scan_does_not_see_is_resolved_and_its_message_says_so(world: World) -> None:
    first = await world.scan(report_of("shop-2", HEARTBLEED, LOG4SHELL))
    assert (first["state"], first["findings"], first["new"]) == ("done", 2, 2)
    told = await world.card("payments", LOG4SHELL)
    assert "I'm on it" in [button.label for button in told.buttons]

    world.clock.pass_by(hours=1)
    second = await world.scan(report_of("shop-2", HEARTBLEED))
    assert (second["state"], second["repeated"], second["resolved"]) == ("done", 1, 1)
    await world.said_in_thread("payments", LOG4SHELL, "No tool reports it as open any more.")

    now = (await world.card("payments", LOG4SHELL)).again()
    assert (now.ts, now.buttons) == (told.ts, [])
    assert "Fixed. Nothing is left to do." in now.shown
    assert await states(world) == {HEARTBLEED: "open", LOG4SHELL: "fixed"}


async def test_a_scan_of_another_host_says_nothing_about_this_one(world: World) -> None:
    await world.scan(report_of("shop-2", HEARTBLEED))
    world.clock.pass_by(hours=1)

    elsewhere = await world.scan(report_of("shop-3"))

    assert (elsewhere["state"], elsewhere["findings"], elsewhere["resolved"]) == ("done", 0, 0)
    assert await states(world) == {HEARTBLEED: "open"}


async def test_a_clean_scan_closes_all_and_what_comes_back_opens_the_same_case_again(world: World) -> None:
    await world.scan(report_of("shop-2", HEARTBLEED))
    await world.card("payments", HEARTBLEED)
    world.clock.pass_by(hours=1)
    clean = await world.scan(report_of("shop-2"))
    assert (clean["state"], clean["resolved"]) == ("done", 1)
    await world.card("payments", "FIXED")

    world.clock.pass_by(hours=1)
    await world.scan(report_of("shop-2", HEARTBLEED))
    await world.said_in_thread("payments", HEARTBLEED, "It came back")
    assert len(await world.rows(t.cases)) == 1


async def test_a_report_of_yesterday_that_arrives_late_changes_nothing(world: World) -> None:
    made_before = report_of("shop-2") | {"CreatedAt": f"{world.clock():%Y-%m-%dT%H:%M:%SZ}"}
    world.clock.pass_by(hours=24)
    await world.scan(report_of("shop-2", HEARTBLEED) | {"CreatedAt": f"{world.clock():%Y-%m-%dT%H:%M:%SZ}"})

    world.clock.pass_by(hours=1)
    late = await world.scan(made_before)

    assert (late["state"], late["resolved"]) == ("done", 0)
    assert await states(world) == {HEARTBLEED: "open"}
