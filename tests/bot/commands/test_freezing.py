"""``freeze`` and ``unfreeze`` say what is true afterwards, of every environment that the configuration speaks of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import tables as t
from tests.bot.commands.test_commands import said
from tests.bot.web.console_browser import Console, running_console, write_config
from tests.databases import Clock
from tests.whole_policy import add_rule


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Console]:
    config = write_config(tmp_path)
    add_rule(config, "  - {who: anyone, acts: [freeze], environments: any}")
    with (config / "suture.yaml").open("a", encoding="utf-8") as suture:
        suture.write("environments: [Live, sandbox]\n")
    async with running_console(config, database_url, clock) as made:
        yield made


async def test_an_environment_is_known_by_the_name_that_the_configuration_gives_it(console: Console) -> None:
    assert "Live is frozen since" in await said(console, "ana", "freeze live 2h the release goes out")
    assert [row.environment for row in await console.rows(t.freeze)] == ["Live"]
    answer = await said(console, "ana", "windows")
    assert "Live: frozen" in answer
    assert "sandbox: open at any time" in answer


async def test_ending_one_of_two_freezes_says_what_still_holds(console: Console) -> None:
    await said(console, "ana", "freeze sandbox 2h a trial")
    await said(console, "ben", "freeze all the release goes out")

    answer = await said(console, "ana", "unfreeze sandbox")
    assert "that freeze of sandbox is over, but everything is frozen since" in answer
    assert "not frozen any more" not in answer
    assert "everything is not frozen any more" in await said(console, "ana", "unfreeze all")


async def test_ending_what_holds_everywhere_says_where_another_one_holds(console: Console) -> None:
    await said(console, "ana", "freeze sandbox 2h a trial")
    await said(console, "ben", "freeze all the release goes out")

    assert "is over, but sandbox is frozen since" in await said(console, "ana", "unfreeze all")
    assert "sandbox is not frozen any more" in await said(console, "ana", "unfreeze sandbox")
