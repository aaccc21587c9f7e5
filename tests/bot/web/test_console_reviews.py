"""A broken glass stands on /approvals until somebody else says what they found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import tables as t
from bot.store.reviews import open_review, owe_review
from tests.bot.web.console_browser import Console, Forms, finding, running_console, words_of, write_config
from tests.databases import Clock
from tests.whole_policy import whole

POLICY = """
rules:
  - {who: anyone, acts: [view], environments: any}
security_team: platform
"""


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Console]:
    config = write_config(tmp_path)
    teams = (config / "teams.yaml").read_text(encoding="utf-8")
    teams = teams.replace("lead: ben,", "lead: ben, members: [dee],").replace(
        "people:\n", "people:\n  - {id: dee, name: Dee Vance, console: true}\n", 1
    )
    (config / "teams.yaml").write_text(teams, encoding="utf-8")
    (config / "policy.yaml").write_text(whole(POLICY), encoding="utf-8")
    async with running_console(config, database_url, clock) as made:
        yield made


async def ben_broke_it(console: Console, *, opened: bool = True) -> None:
    await console.report(finding("pay-1"))
    now = console.wiring.clock()
    run = {"id": "run-1", "case_id": 1, "plan_id": "plan-1", "fix": "aws.close-port", "kind": "apply", "person": "ben"}
    async with console.wiring.store.write() as connection:
        await connection.execute(t.run.insert(), [run | {"state": "done", "at": now}])
        await owe_review(connection, "run-1", 1, "ben", "it is attacked <b>now</b>", now, now + timedelta(days=1))
        if opened:
            assert await open_review(connection, "review-run-1", now)


async def reviewed(console: Console, said: str) -> str:
    form = next(each for each in Forms(await console.page("/approvals")).found if each[0] == "/review")
    answered = await console.http.post("/review", data=form[1] | {"said": said})
    assert answered.status_code == 303, answered.text
    return words_of(await console.page("/approvals"))


async def test_it_is_not_there_before_its_day(console: Console) -> None:
    await ben_broke_it(console, opened=False)
    await console.sign_in("dee")
    assert "Broken glasses" not in await console.page("/approvals")


async def test_somebody_else_of_the_security_team_says_what_they_found(console: Console) -> None:
    await ben_broke_it(console)
    await console.sign_in("dee")
    page = await console.page("/approvals")
    assert "Ben Okafor broke the glass" in words_of(page)
    assert "<b>now" not in page
    assert "Not done: say in a word what you found" in await reviewed(console, "ok")

    page = await reviewed(console, "It was needed; the policy allows it now.")
    assert "S-1 is reviewed" in page
    assert "Broken glasses" not in page
    (row,) = await console.rows(t.review)
    assert (row.reviewed_by, row.said) == ("dee", "It was needed; the policy allows it now.")
    records = [each for each in await console.rows(t.audit) if each.act == "review"]
    assert [(each.who, each.outcome, each.detail["broken by"]) for each in records] == [("dee", "done", "ben")]
    lines = [each.text for each in await console.rows(t.history)]
    assert "reviewed that Ben Okafor broke the glass: It was needed; the policy allows it now." in lines


async def test_never_who_broke_it_nor_who_is_of_another_team(console: Console) -> None:
    await ben_broke_it(console)
    await console.sign_in("dee")
    form = next(each for each in Forms(await console.page("/approvals")).found if each[0] == "/review")
    for person, why in (("ben", "nobody reviews a glass that they broke"), ("ana", "that is for someone of Platform")):
        await console.sign_in(person)
        csrf = Forms(await console.page("/windows")).found[0][1]["csrf"]
        await console.http.post("/review", data=form[1] | {"csrf": csrf, "said": "All was well."})
        assert why in words_of(await console.page("/approvals"))
    assert (await console.rows(t.review))[0].reviewed_at is None
    refused = [each.who for each in await console.rows(t.audit) if (each.act, each.outcome) == ("review", "refused")]
    assert refused == ["ben", "ana"]
