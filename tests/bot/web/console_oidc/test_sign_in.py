"""Signing in at the company's provider: who comes in, as what, and whom the configuration does not let in."""

from __future__ import annotations

from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from bot.store.tables import audit, cases, session
from tests.bot.web.console_browser import Console, finding, words_of
from tests.bot.web.console_oidc.organisation import CALLBACK, leave, one_database, sign_in
from tests.fakes.oidc import FakeOidc


async def test_a_stranger_is_offered_the_provider_and_comes_back_to_the_page(console: Console, oidc: FakeOidc) -> None:
    await console.report(finding("pay-1"))
    page = await console.page("/cases/S-1", 401)
    assert "Sign in with Example ID" in page
    assert "/sign-in/oidc?to=/cases/S-1" in unescape(page).replace("%2F", "/")

    came = await console.http.get(await leave(console, "/sign-in/oidc?to=/cases/S-1"))

    assert (came.status_code, came.headers["location"]) == (303, "/cases/S-1")
    assert "Ana Sousa" in await console.page("/cases/S-1")
    (record,) = await console.rows(audit)
    assert (record.who, record.act, record.detail) == ("ana", "sign-in", {"issuer": oidc.issuer, "joined": []})


@one_database
async def test_a_second_attempt_still_leads_back_to_the_page(console: Console, oidc: FakeOidc) -> None:
    await console.page("/cases/S-1", 401)
    oidc.fault("no_kid")
    refused = await sign_in(console, oidc, "ana")
    assert "Sign in again" in refused.text
    came = await sign_in(console, oidc, "ana")  # the page's own link, which names no page
    assert (came.status_code, came.headers["location"]) == (303, "/cases/S-1")


@one_database
@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/%0d%0a", "/a\nb", "x"])
async def test_the_page_to_come_back_to_is_one_of_ours(console: Console, oidc: FakeOidc, to: str) -> None:
    address = str(httpx2.URL("/sign-in/oidc", params={"to": to}))
    came = await console.http.get(await leave(console, address))
    assert came.headers["location"] in ("/", "/%0d%0a")  # written out, so it is no line break


@one_database
async def test_the_provider_is_asked_as_it_should_be(console: Console) -> None:
    sent = await console.http.get("/sign-in/oidc")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    again = await console.http.get("/sign-in/oidc")
    other = {name: values[0] for name, values in parse_qs(urlsplit(again.headers["location"]).query).items()}

    assert asked["redirect_uri"] == CALLBACK
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "openid email groups"
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) == 43
        assert asked[name] != other[name]
    cookie = sent.headers["set-cookie"]
    assert cookie.startswith("__Host-suture-oidc=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=600"} <= set(cookie.split("; "))


@one_database
@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("eve", "has not verified your e-mail"),
        ("fay", "Nobody in config/teams.yaml has the e-mail fay@example.com"),
        ("gus", "oidc ties them to another account"),
        ("hal", "Hal Berg may not use the console"),
        ("jon", "tells no e-mail of yours"),
    ],
)
async def test_whom_config_does_not_let_in_is_told_why(console: Console, oidc: FakeOidc, who: str, says: str) -> None:
    came = await sign_in(console, oidc, who)
    assert came.status_code == 403
    assert says in unescape(words_of(came.text))
    assert await console.rows(session) == []


async def test_a_subject_that_stands_in_the_configuration_is_that_person(console: Console, oidc: FakeOidc) -> None:
    assert (await sign_in(console, oidc, "ben")).status_code == 303
    assert "Ben Okafor" in await console.page("/")


async def test_a_group_makes_a_member_while_the_session_lives(console: Console, oidc: FakeOidc) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("dee")
    await console.page("/cases/S-1", 404)

    await sign_in(console, oidc, "dee")
    await console.page("/cases/S-1")
    assert (await console.press("/cases/S-1", "I'm on it")).status_code == 303
    (case,) = await console.rows(cases)
    assert (case.state, case.assignee) == ("acknowledged", "dee")
    signed_in = (await console.rows(audit))[-2]
    assert (signed_in.act, signed_in.detail["joined"]) == ("sign-in", ["payments"])

    await console.sign_in("dee")  # by link: no group says anything
    await console.page("/cases/S-1", 404)


async def test_a_member_by_group_is_no_lead_and_no_groups_are_no_teams(console: Console, oidc: FakeOidc) -> None:
    await console.report(finding("pay-1"))
    await sign_in(console, oidc, "dee")
    answered = await console.http.get("/cases/S-1")
    assert "Accept risk…" not in [words for words in answered.text.splitlines() if words.startswith("<button")]
    await sign_in(console, oidc, "ben")
    await console.page("/cases/S-1", 404)


async def test_email_and_groups_may_come_from_userinfo(console: Console, oidc: FakeOidc) -> None:
    await console.report(finding("pay-1"))
    oidc.set(claims_in_userinfo=True)
    assert (await sign_in(console, oidc, "dee")).status_code == 303
    await console.page("/cases/S-1")

    oidc.fault("userinfo_of_another")
    came = await sign_in(console, oidc, "dee")
    assert (came.status_code, "speaks of somebody else" in came.text) == (403, True)
