"""What cannot be undone asks whoever confirms it to sign in again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.store.db import plain
from bot.store.tables import approval, offer, plan, session
from connectors.contract.fix import Change, Plan, Risk, RiskLevel, Target
from tests.bot.web.console_browser import URL, Console, Forms, console_of, finding, words_of
from tests.bot.web.console_oidc.organisation import configure, leave, one_database, sign_in
from tests.databases import Clock
from tests.fakes.oidc import FakeOidc


def no_way_back(clock: Clock) -> dict[str, object]:
    """The row of a plan that nobody could take back."""
    read = Plan(
        fix="aws.close-open-port",
        target=Target(account="111122223333", region="eu-west-1", id="sg-0aa"),
        title="Close the port",
        changes=(Change("tcp 22 from 0.0.0.0/0", "allowed", "removed"),),
        blast_radius=(),
        operational_risk=Risk(RiskLevel.LOW),
        reversible=False,
        state={},
        read_at=clock(),
    )
    row = {"id": "plan-1", "case_id": 1, "fix": read.fix, "digest": read.digest, "person": "ana", "problem": ""}
    return row | {"documents": [plain(read)], "at": clock()}


NO_WAY_BACK = "rules:\n  - {who: owner, acts: [view, fix], environments: any, fixes: any}\n"


@pytest.fixture
async def strict(database_url: str, tmp_path: Path, clock: Clock, oidc: FakeOidc) -> AsyncIterator[Console]:
    """A console on which a plan waits that cannot be undone: no entry of levels, so L3."""
    config = configure(tmp_path, oidc.issuer, **{"policy.yaml": NO_WAY_BACK})
    made = console_of(config, database_url, clock, OIDC_SECRET=oidc.client_secret)
    await made.wiring.engine.start(worker=False)
    await made.report(finding("pay-1"))
    async with made.wiring.store.write() as connection:
        await connection.execute(plan.insert(), [no_way_back(clock)])
    yield made
    await made.http.aclose()
    await made.wiring.engine.stop(grace=1)
    await made.wiring.close()


async def confirming(console: Console) -> str:
    """The page that confirms the plan, for whoever is signed in."""
    await console.page("/cases/S-1")
    (confirm,) = [row.id for row in await console.rows(offer) if row.act == "confirm"]
    return (await console.wiring.links.to(confirm)).removeprefix(URL)


async def test_what_cannot_be_undone_asks_to_sign_in_again_and_then_goes_on(strict: Console, oidc: FakeOidc) -> None:
    await sign_in(strict, oidc, "ana")
    page = await strict.page(await confirming(strict))
    assert "It takes a sign-in within the last 10 minutes" in words_of(page)
    assert "Fix now" not in [button for _, _, buttons in Forms(page).found for button in buttons]
    (again,) = re.findall(r'href="(/sign-in/oidc\?again=1[^"]*)"', unescape(page))
    sent = await strict.http.get(again)
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["600"])

    came = await strict.http.get(await leave(strict, again))
    (signed_in,) = await strict.rows(session)
    assert signed_in.signed_in_at == strict.clock()
    await strict.press(came.headers["location"], "Fix now")
    (question,) = await strict.rows(approval)
    assert (question.requester, question.level) == ("ana", 3)


async def test_a_press_without_it_leads_to_the_page_that_asks(strict: Console, oidc: FakeOidc) -> None:
    await sign_in(strict, oidc, "ana")
    answered = await strict.press("/cases/S-1", "Fix now")
    assert answered.headers["location"].startswith("/confirm/")
    assert await strict.rows(approval) == []


async def test_a_one_time_link_is_no_sign_in_where_the_company_has_its_own(strict: Console) -> None:
    await strict.sign_in("ana")
    assert "Sign in again with Example ID" in words_of(await strict.page(await confirming(strict)))


@one_database
@pytest.mark.parametrize("fault", ["no_auth_time", "no_prompt"])
async def test_a_provider_that_asked_for_nothing_is_not_believed(strict: Console, oidc: FakeOidc, fault: str) -> None:
    oidc.set(who="ana", signed_in_at=(strict.clock() - timedelta(hours=3)).timestamp())
    oidc.fault(fault)
    came = await strict.http.get(await leave(strict, "/sign-in/oidc?again=1"))
    assert came.status_code == 403
    assert "did not have you sign in again" in unescape(words_of(came.text))
    assert await strict.rows(session) == []


@one_database
async def test_an_attempt_that_forgets_to_ask_again_fits_no_answer(strict: Console, oidc: FakeOidc) -> None:
    """Whoever takes "again" out of the cookie takes the state with it."""
    oidc.set(who="ana")
    home = await leave(strict, "/sign-in/oidc?again=1")
    name, kept = next((each.name, each.value) for each in strict.http.cookies.jar if each.name.endswith("oidc"))
    assert ".again" in (kept or "")
    headers = {"cookie": f"{name}={(kept or '').replace('.again', '')}"}
    strict.http.cookies.clear()
    assert (await strict.http.get(home, headers=headers)).status_code == 400
