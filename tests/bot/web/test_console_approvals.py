"""What waits for other people or for its time, and freezing from a page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import tables as t
from tests.bot.web.console_browser import Console, Forms, finding, running_console, words_of, write_config
from tests.databases import Clock
from tests.whole_policy import whole

POLICY = """
rules:
  - {who: owner, acts: [view, accept-risk], environments: any}
  - {who: {people: [ben]}, acts: [view, approve, freeze], environments: any, fixes: any}
acceptance_approved_by: {immediate: platform, out-of-cycle: platform, scheduled: platform, defer: platform}
windows:
  - {environments: [production], cron: "0 2 * * tue", lasts: 2h, zone: Europe/Lisbon}
"""


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Console]:
    config = write_config(tmp_path)
    (config / "policy.yaml").write_text(whole(POLICY), encoding="utf-8")
    async with running_console(config, database_url, clock) as made:
        yield made


async def test_a_question_stands_there_until_it_is_answered(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    assert "Nobody waits for a yes." in await console.page("/approvals")
    form = await console.press("/cases/S-1", "Accept risk…")
    await console.submit(form.text, "Accept risk", reason="the vendor mends it in May", until="2026-03-20", control="")

    said = words_of(await console.page("/approvals"))
    assert "Ana Sousa Accept the risk: the vendor mends it in May until 2026-03-20" in said
    await console.sign_in("ben")
    question = await console.press("/cases/S-1", "Approve…")
    await console.submit(question.text, "Approve")

    assert "Nobody waits for a yes." in await console.page("/approvals")
    (accepted,) = await console.rows(t.acceptance)
    assert (accepted.person, accepted.approved_by) == ("ana", "ben")


async def test_windows_say_when_and_a_freeze_says_why(console: Console) -> None:
    await console.sign_in("ana")
    assert "production closed; opens 2026-03-03 02:00 UTC" in words_of(await console.page("/windows"))
    assert "No rule in config/policy.yaml lets Ana Sousa" in await freeze(console, "the release goes out", "2h")

    await console.sign_in("ben")
    assert "Not done: write a number and" in await freeze(console, "the release goes out", "soon")
    assert "say why" in await freeze(console, "", "")
    assert "there is no such environment" in await freeze(console, "the release goes out", "2h", "nowhere")
    assert await console.rows(t.freeze) == []

    assert "production is frozen since 2026-03-02 09:00 UTC by Ben" in await freeze(console, "<b>a release</b>", "2h")
    page = await console.page("/windows")
    assert "<b>a release" not in page
    assert "production frozen; else closed; opens 2026-03-03 02:00 UTC" in words_of(page)
    await console.press("/windows", "End it")
    assert "production is not frozen any more" in words_of(await console.page("/windows"))


async def test_a_freeze_that_was_not_begun_keeps_what_was_typed(console: Console) -> None:
    await console.sign_in("ben")
    typed = {"environment": "unknown", "span": "two hours", "reason": "the release goes out"}
    _, fields, _ = next(each for each in Forms(await console.page("/windows")).found if each[0] == "/freeze")
    answered = await console.http.post("/freeze", data=fields | typed)

    assert "Not done: write a number and" in words_of(answered.text)
    _, kept, _ = next(each for each in Forms(answered.text).found if each[0] == "/freeze")
    assert (kept["span"], kept["reason"]) == ("two hours", "the release goes out")
    # What is chosen must not fall back to the first of the list: a second press would freeze another place.
    assert '<option value="unknown" selected>' in answered.text
    assert "Not done" not in await console.page("/windows")


async def test_a_freeze_that_is_sent_twice_is_one(console: Console) -> None:
    await console.sign_in("ben")
    for _ in range(2):
        assert "Done: production is frozen" in await freeze(console, "the release goes out", "2h")
    assert len(await console.rows(t.freeze)) == 1
    assert [row.outcome for row in await console.rows(t.audit) if row.act == "freeze"] == ["done", "stale"]

    await freeze(console, "the release goes out", "4h")
    console.clock.advance(minutes=5)
    await freeze(console, "the release goes out", "4h")
    assert len(await console.rows(t.freeze)) == 3, "another span, or the same again later, is another freeze"


async def freeze(console: Console, reason: str, span: str, environment: str = "production") -> str:
    """Fill the form of the page and send it; what the page says then."""
    form = next(each for each in Forms(await console.page("/windows")).found if each[0] == "/freeze")
    fields = form[1] | {"environment": environment, "span": span, "reason": reason}
    answered = await console.http.post("/freeze", data=fields)
    return words_of(await console.page("/windows") if answered.status_code == 303 else answered.text)
