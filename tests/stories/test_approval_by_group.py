"""A team may be a group of the company's sign-in: its people's yes counts like any other's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.store import tables as t
from tests.bot.web.console_browser import words_of
from tests.fakes.oidc import FakeOidc
from tests.stories.fixing import asks_to_fix, form_after
from tests.stories.in_teams import Browser, browser
from tests.stories.open_port import rules_of
from tests.stories.organisation import Changed, teams_with
from tests.stories.policies import THREE
from tests.stories.world import World

__all__ = ["browser"]

DEE = {"sub": "s-dee", "email": "dee@example.com", "email_verified": True}


@pytest.fixture(scope="module")
def oidc() -> Iterator[FakeOidc]:
    with FakeOidc() as running:
        yield running


@pytest.fixture
def policy() -> str:
    return THREE


@pytest.fixture
def changed(oidc: FakeOidc) -> Changed:
    """Dee is known by her address, and is of the security team only by a group of the company's sign-in."""

    def with_dee(told: dict[str, Any]) -> None:
        told["people"].append({"id": "dee", "name": "Dee Park", "email": "dee@example.com", "console": True})
        told["teams"][1]["oidc_groups"] = ["sec-ops"]

    console = f"{{enabled: true, oidc: {{issuer: '{oidc.issuer}', client_id: suture, client_secret: {{env: "
    return Changed(files={"teams.yaml": teams_with(with_dee)}, console=console + "SUTURE_TEST_OIDC}}}")


async def signs_in(world: World, oidc: FakeOidc, browser: Browser, *groups: str) -> None:
    """Dee, at the company's own sign-in, which says which groups she is in."""
    oidc.reset()
    oidc.set(people={"dee": DEE | {"groups": list(groups)}}, who="dee")
    oidc.set(redirect_uris=[f"{world.url}/sign-in/oidc/callback"])
    page = await browser.opens(f"{world.url}/sign-in/oidc")
    assert "Dee Park" in page.text


async def says_yes(world: World, browser: Browser) -> str:
    """Dee reads what is asked for on the case's page and approves it."""
    question = await browser.presses(await browser.opens(f"{world.url}/cases/S-1"), "Approve…")
    if "0.0.0.0/0" not in question.text:
        return words_of(question.text)
    return words_of((await browser.presses(question, "Approve")).text)


async def test_a_yes_given_by_group_counts_and_still_counts_when_the_session_is_over(
    world: World, oidc: FakeOidc, browser: Browser, open_group: str
) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")
    await signs_in(world, oidc, browser, "sec-ops")
    await says_yes(world, browser)
    await world.said_in_thread("payments", open_group, "approved; still wanted: someone of Payments.")
    await browser.presses(await browser.opens(f"{world.url}/"), "Sign out")

    await world.submit(await form_after(world, open_group, "Approve…", by="ben"), by="ben")
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
    assert rules_of(world, open_group) == []
    given = {row.who: row.detail.get("spoke for") for row in await world.rows(t.audit) if row.act == "approve"}
    assert given["dee"] == {"security": "sign-in group sec-ops"}
    assert given["ben"] == {"payments": "config/teams.yaml"}


async def test_without_the_group_the_same_person_is_of_no_team(
    world: World, oidc: FakeOidc, browser: Browser, open_group: str
) -> None:
    await asks_to_fix(world, open_group, by="ana")
    await world.card("payments", "Waits for approval.")
    await signs_in(world, oidc, browser, "cooks")
    page = await browser.opens(f"{world.url}/cases/S-1")

    assert ">Approve…</button>" not in page.text
    assert "whoever signs in with the group sec-ops" in words_of(page.text)
    assert await world.rows(t.voice) == []
