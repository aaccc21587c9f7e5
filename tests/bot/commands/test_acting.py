"""Verbs that decide go the way of a click: the same steps, the same trail, the same refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.tables import acceptance, audit, cases, click, learned_owner
from tests.bot.commands.test_commands import said
from tests.bot.web.console_browser import Console, console_of, finding, write_config
from tests.databases import Clock
from tests.whole_policy import whole


async def test_ack_is_im_on_it(console: Console) -> None:
    await console.report(finding("pay-1"))
    assert "Done: you are on it. (S-1)" in await said(console, "ana", "ack S-1")

    (case,) = await console.rows(cases)
    assert (case.state, case.assignee) == ("acknowledged", "ana")
    assert [(row.who, row.act, row.outcome) for row in await console.rows(audit)] == [("ana", "acknowledge", "done")]
    assert "I'm on it is not offered for S-1: it is acknowledged." in await said(console, "ana", "ack S-1")


async def test_snooze_takes_a_span_that_the_priority_allows(console: Console) -> None:
    await console.report(finding("pay-1"))
    assert "write `snooze S-12 4h|1d|3d|7d|30d`" in await said(console, "ana", "snooze S-1")
    assert "'soon' is no span" in await said(console, "ana", "snooze S-1 soon")
    assert (await console.rows(cases))[0].state == "open"

    assert "Done: you snoozed it until" in await said(console, "ana", "snooze S-1 4h")
    assert (await console.rows(cases))[0].state == "snoozed"


async def test_words_after_the_span_are_the_reason(console: Console) -> None:
    await console.report(finding("pay-1"))
    assert "not before it's lunch" in await said(console, "ana", "snooze S-1 4 h not before it's lunch")
    assert (await console.rows(cases))[0].state == "snoozed"
    assert (await console.rows(audit))[0].detail["reason"] == "not before it's lunch"


async def test_accept_needs_a_day_and_a_reason(console: Console) -> None:
    await console.report(finding("pay-1"))
    for words, why in (
        ("accept S-1", "write `accept S-12"),
        ("accept S-1 soon because it is old", "needs an end date in the future"),
        ("accept S-1 2026-03-10 ok", "needs a reason that someone can read"),
        ("accept S-1 2036-03-10 it is switched off next week", "at most"),
    ):
        assert why in await said(console, "ana", words)
    assert await console.rows(acceptance) == []

    await said(console, "ana", "accept S-1 2026-03-10 it is switched off next week")
    (row,) = await console.rows(acceptance)
    assert (row.person, row.reason) == ("ana", "it is switched off next week")


async def test_notours_hands_it_over_and_is_remembered(console: Console) -> None:
    await console.report(finding("pay-1"))
    assert "there is no other team 'plaform'" in await said(console, "ana", "notours S-1 plaform")
    await said(console, "ana", "notours S-1 platform")

    assert (await console.rows(cases))[0].owner == "platform"
    (learned,) = await console.rows(learned_owner)
    assert (learned.resource, learned.team, learned.person) == ("pay-1", "platform", "ana")
    assert "pay-1 belongs to Platform" in await said(console, "ana", "who pay-1")


async def test_assign_takes_a_name_an_id_or_me(console: Console) -> None:
    await console.report(finding("pay-1"))
    assert "write `assign S-12 @ana|ana|me`" in await said(console, "ana", "assign S-1")
    assert "'ben' is nobody who could take this case; choose one of ana" in await said(console, "ana", "assign S-1 ben")
    for words in ("me", "@ana", "Ana Sousa"):
        assert "Ana Sousa" in await said(console, "ana", f"assign S-1 {words}")
    (case,) = await console.rows(cases)
    assert (case.assignee, case.state) == ("ana", "open")
    assert [row.outcome for row in await console.rows(audit)] == ["invalid", "done", "invalid", "invalid"]


async def test_who_may_not_is_refused_by_name_and_written_down(console: Console) -> None:
    await console.report(finding("other-1"))
    assert "There is no case 'S-1'" in await said(console, "ana", "accept S-1 2026-03-10 it is switched off")
    assert await console.rows(click) == []


async def test_what_nobody_may_do_is_not_offered(console: Console) -> None:
    await console.report(finding("pay-1"))
    assert "does not enable jira" in await said(console, "ana", "ticket S-1")


async def test_what_no_rule_allows_names_the_policy_and_not_the_state(
    database_url: str, tmp_path: Path, clock: Clock
) -> None:
    config = write_config(tmp_path)
    (config / "policy.yaml").write_text(whole("rules: [{who: owner, acts: [view], environments: any}]"), "utf-8")
    console = console_of(config, database_url, clock)
    await console.wiring.engine.start(worker=False)
    await console.report(finding("pay-1"))
    for words, act in (("assign S-1 ana", "assign"), ("ack S-1", "acknowledge")):
        why = f'No rule in config/policy.yaml lets Ana Sousa do "{act}" where the environment is unknown for this team.'
        assert f"{why} Nobody may." in await said(console, "ana", words)
    await console.http.aclose()
    await console.wiring.engine.stop(grace=1)
    await console.wiring.close()


@pytest.mark.parametrize("verb", ["ack", "assign", "snooze", "accept", "notours", "ticket"])
async def test_each_says_how_it_is_used(console: Console, verb: str) -> None:
    assert f"say which case: `{verb} S-12" in await said(console, "ana", verb)
    assert "There is no case 'S-7'" in await said(console, "ana", f"{verb} S-7 a b c")


async def test_who_names_the_owner_and_why(console: Console) -> None:
    assert "pay-9 belongs to Payments: host pay-* on pay-9 (config/teams.yaml:7)." in await said(
        console, "ana", "who pay-9"
    )
    assert "Platform" in await said(console, "ana", "who anything-else")
    assert "say what" in await said(console, "ana", "who")


async def test_whoami_names_teams_and_identities(console: Console) -> None:
    answer = await said(console, "ana", "whoami")
    assert "You are Ana Sousa (ana), of Payments (lead)." in answer
    assert "console ana" in answer
