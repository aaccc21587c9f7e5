"""Answers are private unless shared; long ones are turned page by page, and come whole where Slack allows it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.stories.organisation import Changed
from tests.stories.world import World, eventually

SIGNING = "signing_secrets: [{env: SUTURE_TEST_SIGNING}]"
CASES = 64


@pytest.fixture
def changed() -> Changed:
    return Changed(slack=f"{SIGNING}\n  files: true", scopes=("im:write", "files:write"))


async def types(world: World, words: str) -> Any:
    return await asyncio.to_thread(lambda: world.slack.command("/suture", words, by="U0BEN", channel="C0PAYMENTS"))


async def private(world: World, words: str) -> str:
    def look() -> str | None:
        found = [m.shown for m in world.slack.private(to="U0BEN") if words in m.shown]
        return found[-1] if found else None

    said: str = await world.eventually(look, f"{words!r} to Ben")
    return said


async def test_pages_a_file_and_an_answer_for_everybody(world: World) -> None:
    for number in range(1, CASES + 1):
        await world.alert(title=f"Old kernel {number}", rule=f"r-{number}", resource={"id": "shop-1", "type": "host"})
    await types(world, "list payments")
    first = await private(world, f"Open cases: {CASES} cases")
    assert "page 1 of 5; next: `list payments page 2`" in first
    assert first.count("• ") == 15

    await types(world, "list payments page 5")
    assert (await private(world, "page 5 of 5")).count("• ") == CASES - 60

    async def files() -> list[Any]:
        return list(await asyncio.to_thread(world.slack.files))

    (file, *_) = await eventually(files, "the whole list as a file")
    assert (file["channel"], file["content"].count("\n") + 1) == ("D0BEN", CASES)

    before = len(await asyncio.to_thread(world.channel("payments").messages))
    await types(world, "list payments high --share")
    await types(world, "lisst --share")
    await private(world, "Did you mean")
    shared = [m.text for m in (await asyncio.to_thread(world.channel("payments").messages))[before:]]
    assert [text for text in shared if text.startswith("Open cases: ")] != []
    assert not [text for text in shared if "Did you mean" in text]
