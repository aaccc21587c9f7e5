"""The provider's answer: what is refused, with what to do; and a provider in trouble, or set up wrong."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from bot.store.tables import session
from tests.bot.web.console_browser import Console, console_of, words_of
from tests.bot.web.console_oidc.organisation import configure, leave, one_database, sign_in
from tests.databases import Clock
from tests.fakes.oidc import FakeOidc


@one_database
@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("wrong_issuer", "not one for us"),
        ("wrong_audience", "not one for us"),
        ("second_audience", "not one for us"),
        ("wrong_azp", "not one for us"),
        ("expired", "not one for us"),
        ("issued_in_the_future", "not one for us"),
        ("wrong_nonce", "not one for us"),
        ("no_nonce", "not one for us"),
        ("wrong_at_hash", "not one for us"),
        ("no_subject", "not one for us"),
        ("alg_none", "not signed with RS256 or ES256"),
        ("alg_hs256", "not signed with RS256 or ES256"),
        ("alg_rs512", "not signed with RS256 or ES256"),
        ("unknown_kid", "a key that the provider does not publish"),
        ("no_kid", "does not name its key"),
        ("other_key", "signature is not the provider"),
        ("no_id_token", "sent no ID token"),
        ("not_a_token", "is none"),
        ("answer_of_another_issuer", "not from the provider"),
        ("answer_without_issuer", "not from the provider"),
    ],
)
async def test_every_fault_is_refused_with_what_to_do(console: Console, oidc: FakeOidc, fault: str, says: str) -> None:
    oidc.fault(fault)
    came = await sign_in(console, oidc, "ana")
    assert came.status_code == 403
    said = words_of(came.text)
    assert says in unescape(said)
    assert "Sign in again" in said
    assert "If it stays so, tell whoever runs Suture." in said
    assert oidc.waiting_faults() == []
    assert await console.rows(session) == []
    await console.page("/", 401)
    assert (await sign_in(console, oidc, "ana")).status_code == 303


@one_database
async def test_rotated_keys_are_fetched_again(console: Console, oidc: FakeOidc, clock: Clock) -> None:
    await sign_in(console, oidc, "ana")
    oidc.rotate("another", "ES256")
    clock.advance(minutes=2)
    oidc.set(now=clock().timestamp())
    assert (await sign_in(console, oidc, "ana")).status_code == 303


@one_database
async def test_strangers_tokens_do_not_make_us_ask_at_will(console: Console, oidc: FakeOidc) -> None:
    await sign_in(console, oidc, "ana")
    oidc.rotate("within-the-minute")
    came = await sign_in(console, oidc, "ana")
    assert "a key that the provider does not publish" in came.text


async def test_an_answer_belongs_to_the_browser_that_began(console: Console, oidc: FakeOidc, clock: Clock) -> None:
    victim = await leave(console)
    console.http.cookies.clear()
    assert (await console.http.get(victim)).status_code == 400  # no attempt here

    other = await leave(console)
    assert (await console.http.get(victim)).status_code == 400  # another attempt's state
    assert (await console.http.get(other)).status_code == 400  # and then this attempt is over

    late = await leave(console)
    clock.advance(minutes=11)
    assert (await console.http.get(late)).status_code == 400

    good = await leave(console)
    assert (await console.http.get(good.replace("state=", "state=x"))).status_code == 400
    assert await console.rows(session) == []


@one_database
@pytest.mark.parametrize(
    "cookie", ["", "x", "9999999999.", "9999999999.s.%%%", "9999999999.s.é", "1.s.Lw==", "٣.s.Lw=="]
)
async def test_a_made_up_attempt_is_none(console: Console, cookie: str) -> None:
    headers = [(b"cookie", f"__Host-suture-oidc={cookie}".encode())]
    answered = await console.http.get("/sign-in/oidc/callback?code=x&state=y", headers=headers)
    assert answered.status_code == 400


@one_database
async def test_a_declined_sign_in_says_so(console: Console, oidc: FakeOidc) -> None:
    came = await sign_in(console, oidc, "")
    assert (came.status_code, "access_denied" in came.text) == (403, True)


@one_database
async def test_a_provider_in_trouble_is_told_apart_from_one_set_up_wrong(console: Console, oidc: FakeOidc) -> None:
    oidc.fault("server_error")
    assert (await console.http.get("/sign-in/oidc")).status_code == 503
    oidc.set(document={"issuer": "https://another.example.com"})
    assert (await console.http.get("/sign-in/oidc")).status_code == 502
    oidc.set(document={"code_challenge_methods_supported": ["plain"]})
    assert "PKCE with S256" in (await console.http.get("/sign-in/oidc")).text
    oidc.set(document={"token_endpoint": "http://user@127.0.0.1/token"})
    assert "token_endpoint" in (await console.http.get("/sign-in/oidc")).text
    oidc.set(document={"id_token_signing_alg_values_supported": ["HS256", "none"]})
    assert (await console.http.get("/sign-in/oidc")).status_code == 502
    oidc.set(document={})
    assert (await console.http.get("/sign-in/oidc")).status_code == 303


@one_database
async def test_the_secret_may_travel_in_the_form(console: Console, oidc: FakeOidc) -> None:
    oidc.set(document={"token_endpoint_auth_methods_supported": ["client_secret_post"]})
    assert (await sign_in(console, oidc, "ana")).status_code == 303


@one_database
async def test_a_wrong_client_secret_is_a_matter_for_whoever_runs_suture(
    oidc: FakeOidc, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    console = console_of(configure(tmp_path, oidc.issuer), database_url, clock, OIDC_SECRET="not-the-secret")
    came = await sign_in(console, oidc, "ana")
    assert came.status_code == 502
    assert "check console.oidc.client_id" in came.text
    assert "not-the-secret" not in came.text
    await console.http.aclose()
    await console.wiring.close()
