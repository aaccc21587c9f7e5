"""Teams named by what stands on their cards, in several words and any case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.commands.test_commands import said
from tests.bot.web.console_browser import CONFIG, Console, finding, running_console, write_config
from tests.databases import Clock


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Console]:
    """The console's teams, and one more whose name begins as another's does."""
    config = write_config(tmp_path)
    second = "  - {id: payments-2, name: Payments Team 2, lead: ben}\ncatch_all"
    (config / "teams.yaml").write_text(CONFIG["teams.yaml"].replace("catch_all", second), encoding="utf-8")
    async with running_console(config, database_url, clock) as made:
        yield made


@pytest.mark.parametrize("words", ["list Payments", "list payments team 2 critical page 1", 'list "payments team 2"'])
async def test_a_team_may_be_named_as_its_cards_name_it(console: Console, words: str) -> None:
    assert "Open cases: none." in await said(console, "ana", words)


@pytest.mark.parametrize("words", ["digest Payments Team 2", "oncall Payments Team 2", "oncall payments-2"])
async def test_a_team_is_known_by_name_and_by_id(console: Console, words: str) -> None:
    assert "Payments Team 2" in await said(console, "ana", words)


async def test_a_case_goes_to_the_team_that_was_named_and_to_no_other(console: Console) -> None:
    await console.report(finding("pay-1"))
    assert "there is no other team 'platform and who knows'" in await said(
        console, "ana", "notours S-1 platform and who knows"
    )
    assert "it belongs to Payments Team 2" in await said(console, "ana", "notours S-1 payments team 2")
