"""Whose yes is waited for finds the question on the app's own page; whoever asked, or may not answer, does not."""

from __future__ import annotations

import pytest

from tests.stories.fixing import asks_to_fix, form_after
from tests.stories.on_the_home_page import page
from tests.stories.policies import TWO
from tests.stories.world import World


@pytest.fixture
def policy() -> str:
    return TWO


async def test_a_question_waits_on_the_page_of_those_who_may_answer(world: World, open_group: str) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")

    assert f"SSH is open to the world on {open_group} · Ana Sousa asks, until" in await page(
        world, "U0BEN", "Approvals that wait for me: 1"
    )
    await page(world, "U0ANA", "Approvals that wait for me: none.")

    question = await form_after(world, open_group, "Approve…", by="ben")
    await world.submit(question, by="ben")
    await page(world, "U0BEN", "Approvals that wait for me: none.")
