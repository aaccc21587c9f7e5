"""At three in the morning, from a phone: the plan, the fix, its proof and its undo by typed words alone."""

from __future__ import annotations

import re

import pytest

from bot.store import tables as t
from tests.stories.fixing import told, types
from tests.stories.open_port import open_port, rules_of
from tests.stories.organisation import PEOPLE
from tests.stories.policies import ALONE, TWO
from tests.stories.running import eventually
from tests.stories.world import World


async def words_in(world: World, by: str, pattern: str) -> str:
    """The newest private answer that matches, and what it says to type."""

    def look() -> str | None:
        for message in reversed(world.slack.private(to=PEOPLE[by])):
            found = re.search(pattern, message.shown + message.text)
            if found:
                return found[0]
        return None

    found: str = await world.eventually(look, f"{by} being told {pattern}")
    return found


async def reads_the_plan(world: World, by: str) -> str:
    """Ask for the plan, and once more when it has been read; the words that run it."""
    await types(world, by, "plan S-1")

    async def is_read() -> bool:
        return bool(await world.rows(t.plan))

    await eventually(is_read, "the plan being read")
    await types(world, by, "plan S-1")
    return await words_in(world, by, r"fix S-1 [0-9a-f]{12}")


class TestAlone:
    @pytest.fixture
    def policy(self) -> str:
        return ALONE

    async def test_plan_fix_status_undo(self, world: World, open_group: str) -> None:
        await world.alert(**open_port(open_group))
        await world.card("payments", open_group)
        await types(world, "ana", "fix S-1")
        await told(world, "ana", "read the plan first")

        words = await reads_the_plan(world, "ana")
        await types(world, "ana", "fix S-1 000000000000")
        await told(world, "ana", "that is not the plan as it stands now")
        await types(world, "ana", words)
        await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
        assert rules_of(world, open_group) == []

        await types(world, "ana", "status S-1")
        await told(world, "ana", "on S-1: done. Begun")
        await types(world, "ana", "undo S-1")
        await world.said_in_thread("payments", open_group, "Undone and verified")
        assert len(rules_of(world, open_group)) == 1
        await types(world, "ana", "audit S-1")
        await told(world, "ana", "apply ended: done")


class TestTwo:
    @pytest.fixture
    def policy(self) -> str:
        return TWO

    async def test_a_yes_by_words_names_the_plan(self, world: World, open_group: str) -> None:
        await world.alert(**open_port(open_group))
        await world.card("payments", open_group)
        await types(world, "ana", await reads_the_plan(world, "ana"))
        await world.card("payments", "Waits for approval.")

        await types(world, "ben", "approve S-1")
        words = await words_in(world, "ben", r"approve S-1 [0-9a-f]{12}")
        await types(world, "ben", "approve S-1 000000000000")
        await told(world, "ben", "read it again")
        await types(world, "ana", words)
        await told(world, "ana", "nobody approves what they asked for themselves")
        await types(world, "ben", words)
        await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
        assert rules_of(world, open_group) == []
