"""A team that lives in Microsoft Teams: a card with links, a page that asks, a press there, a changed cloud."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import tables as t
from tests.bot.web.console_browser import words_of
from tests.fakes.cloud import FakeCloud, opening
from tests.fakes.teams.endpoint import FakeTeams
from tests.stories.conftest import open_group
from tests.stories.in_teams import Browser, browser, card, in_teams, plan_on, teams
from tests.stories.open_port import open_port, rules_of
from tests.stories.policies import TWO
from tests.stories.running import eventually
from tests.stories.world import World

__all__ = ["browser", "open_group", "teams"]


@pytest.fixture
async def world(
    database_url: str, tmp_path: Path, cloud: FakeCloud, teams: FakeTeams, policy: str
) -> AsyncIterator[World]:
    async with in_teams(tmp_path, database_url, cloud, teams, policy) as made:
        yield made


async def test_a_card_in_teams_leads_to_a_press_that_changes_the_cloud(
    world: World, teams: FakeTeams, browser: Browser, open_group: str
) -> None:
    await world.alert(**open_port(open_group))
    shown = await card(teams, f"SSH is open to the world on {open_group}")
    fix = shown.buttons["Fix now…"]

    stranger = await browser.opens(fix)
    assert (stranger.status_code, "Please sign in" in stranger.text) == (401, True)
    there = await browser.signs_in(world, "ana")
    assert str(there.url) == fix  # whichever way one comes in, it leads back to where one was going
    plan = await plan_on(browser, fix)
    assert "Nothing has been done yet; it is done when you press, as Ana Sousa." in words_of(plan.text)
    assert "0.0.0.0/0" in plan.text
    assert len(rules_of(world, open_group)) == 1  # reading changes nothing
    await browser.presses(plan, "Fix now")

    await eventually(lambda: changed(world, open_group), "the port closed")
    acts = [(row.who, row.act, row.outcome) for row in await world.rows(t.audit)]
    assert ("ana", "fix", "done") in acts


async def test_what_came_back_is_told_in_a_new_short_card(
    world: World, teams: FakeTeams, browser: Browser, open_group: str
) -> None:
    assert world.cloud is not None
    await world.alert(**open_port(open_group))
    fix = (await card(teams, open_group)).buttons["Fix now…"]
    await browser.signs_in(world, "ana")
    await browser.presses(await plan_on(browser, fix), "Fix now")
    await eventually(lambda: mitigated(world), "the case mitigated")

    world.cloud.client("ec2").authorize_security_group_ingress(
        GroupId=open_group, IpPermissions=[opening(22, Description="by the pipeline")]
    )
    await world.deploy(id="812", name="shop 1.2", asset=open_group, actor="pipeline")

    news = await card(teams, "News of S-1")
    assert "It came back on" in news.text
    assert "The deploy shop 1.2 came between (by pipeline)" in news.text
    assert len(teams.cards("payments")) == 2
    assert f"{world.url}/cases/S-1" in news.links


async def test_a_fix_that_failed_is_told_in_a_new_short_card(
    world: World, teams: FakeTeams, browser: Browser, open_group: str
) -> None:
    assert world.cloud is not None
    await world.alert(**open_port(open_group))
    fix = (await card(teams, open_group)).buttons["Fix now…"]
    await browser.signs_in(world, "ana")
    plan = await plan_on(browser, fix)
    world.cloud.client("ec2").delete_security_group(GroupId=open_group)
    await browser.presses(plan, "Fix now")

    news = await card(teams, "News of S-1")

    assert "The fix failed: Close the port to the internet." in news.text


@pytest.mark.parametrize("policy", [TWO])
async def test_a_second_person_is_asked_in_teams_and_says_yes_by_link(
    world: World, teams: FakeTeams, browser: Browser, open_group: str
) -> None:
    await world.alert(**open_port(open_group))
    fix = (await card(teams, open_group)).buttons["Fix now…"]
    await browser.signs_in(world, "ben")
    await browser.presses(await plan_on(browser, fix), "Fix now")

    news = await card(teams, "asked for approval")
    assert "Ana Sousa: Ben Okoro asked for approval: Close the port to the internet, on 1 target." in news.text
    assert len(rules_of(world, open_group)) == 1
    await browser.signs_in(world, "ana")
    asked = await browser.opens(news.buttons["Approve…"])
    assert f"Approve: SSH is open to the world on {open_group}" in words_of(asked.text)
    question = await browser.presses(asked, "Approve…")
    assert "0.0.0.0/0" in question.text
    await browser.presses(question, "Approve")

    await eventually(lambda: changed(world, open_group), "the port closed")


async def test_an_answer_that_teams_lost_is_repeated_and_marked(world: World, teams: FakeTeams) -> None:
    teams.order("lose")
    await world.alert(title="Lost answer", rule="r-1", resource={"id": "shop-1", "type": "host"})

    second = await card(teams, "Lost answer", number=2)

    assert "Possible repeat" in second.text
    assert "Possible repeat" not in teams.cards("payments")[0].text
    await world.all_told()


async def test_ten_cases_at_once_come_at_the_pace_that_teams_takes(world: World, teams: FakeTeams) -> None:
    for number in range(10):
        await world.alert(title=f"Weak {number}", rule=f"r-{number}", resource={"id": "shop-1", "type": "host"})
    await world.all_told()

    assert len(teams.cards("payments")) == 10
    assert teams.requests == 10  # none was refused and sent again
    assert teams.refused == []


async def changed(world: World, group: str) -> bool:
    return rules_of(world, group) == []


async def mitigated(world: World) -> bool:
    return [row.state for row in await world.rows(t.cases)] == ["mitigated"]
