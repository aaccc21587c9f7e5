"""``approve`` without more shows what is asked for; the yes names what it is said to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import tables as t
from tests.bot.commands.test_commands import said
from tests.bot.web.console_browser import Console, finding, running_console, write_config
from tests.databases import Clock
from tests.whole_policy import add_rule


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Console]:
    config = write_config(tmp_path)
    add_rule(config, "  - {who: {teams: [platform]}, acts: [view, approve], environments: any, fixes: any}")
    policy = config / "policy.yaml"
    whose = ", ".join(f"{each}: platform" for each in ("immediate", "out-of-cycle", "scheduled", "defer"))
    policy.write_text(f"acceptance_approved_by: {{{whose}}}\n" + policy.read_text(encoding="utf-8"), encoding="utf-8")
    async with running_console(config, database_url, clock) as made:
        yield made


async def test_whoever_only_reads_what_is_to_be_accepted_has_not_signed(console: Console) -> None:
    await console.report(finding("pay-1"))
    await said(console, "ana", "accept S-1 2026-03-10 it is switched off by then")

    answer = await said(console, "ben", "approve S-1")
    assert "asks to accept this risk until 2026-03-10: it is switched off by then" in answer
    assert "nothing is named" in answer
    assert "approve S-1 2026-03-10" in answer
    assert "until 2026-03-10, not 2026-03-11" in await said(console, "ben", "approve S-1 2026-03-11")
    assert await console.rows(t.acceptance) == []

    assert "accepts the risk until 2026-03-10" in await said(console, "ben", "approve S-1 2026-03-10 seen")
    (accepted,) = await console.rows(t.acceptance)
    assert (accepted.person, accepted.approved_by) == ("ana", "ben")
