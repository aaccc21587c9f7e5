"""A scanner is let loose on a team that lives in Microsoft Teams, where nothing that was posted can be changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import tables as t
from tests.fakes.cloud import FakeCloud
from tests.fakes.teams.endpoint import FakeTeams
from tests.stories.in_teams import card, in_teams, teams
from tests.stories.running import eventually
from tests.stories.test_storm import host, weakness
from tests.stories.world import World

__all__ = ["teams"]


@pytest.fixture
async def world(database_url: str, tmp_path: Path, cloud: FakeCloud, teams: FakeTeams) -> AsyncIterator[World]:
    async with in_teams(tmp_path, database_url, cloud, teams) as made:
        yield made


async def weaknesses(world: World, first: int, count: int) -> None:
    """So many new ones, until they are counted in the storm."""
    await world.send("/v1/alerts/generic", [weakness(number) for number in range(first, first + count)])

    async def counted() -> bool:
        return sum(row.storm is not None for row in await world.rows(t.message)) == first + count

    await eventually(counted, f"{first + count} cases counted in the storm", 30)


async def test_a_storm_is_a_card_and_then_another_with_more_and_what_burns_comes_singly(
    world: World, teams: FakeTeams
) -> None:
    await weaknesses(world, 0, 40)
    first = await card(teams, "Storm: 40 new cases")
    assert "Payments: 40" in first.text
    assert f"{world.url}/" in first.links  # the cases as they stand now
    assert "kept up to date" not in first.text

    await weaknesses(world, 40, 10)
    await world.alert(title="An intrusion.", rule="r-1", kind="detection", severity="critical", resource=host(3))
    await card(teams, "An intrusion.")
    await weaknesses(world, 50, 5)
    assert len(teams.cards("payments")) == 2  # the ten and the five wait for the next card

    await world.later(minutes=4)
    await weaknesses(world, 55, 5)
    await world.later(minutes=4)
    await weaknesses(world, 60, 5)
    await world.later(minutes=3)
    await world.sweep()
    second = await card(teams, "Storm: 65 new cases")
    assert "Payments: 65" in second.text

    await world.later(minutes=11)
    await world.sweep()
    await world.sweep()
    over = await card(teams, "The storm is over: 65 new cases")
    assert "Payments: 65" in over.text
    assert len(teams.cards("payments")) == 4
    await eventually(lambda: told(world), "everything told")


async def told(world: World) -> bool:
    return all(row.sent == row.wanted for row in await world.rows(t.message))
