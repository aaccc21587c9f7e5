"""Sessions that began at the company's provider: when they end, and what the store holds of them."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import httpx2

from bot.store.tables import session
from tests.bot.web.console_browser import URL, Console, console_of
from tests.bot.web.console_oidc.organisation import configure, one_database, sign_in
from tests.databases import Clock
from tests.fakes.oidc import FakeOidc
from tests.plain_http import NO_TLS


async def test_every_sign_in_gets_a_new_session_and_ends_the_one_before(console: Console, oidc: FakeOidc) -> None:
    await sign_in(console, oidc, "ana")
    first = console.http.cookies["__Host-suture"]
    await sign_in(console, oidc, "ana")
    assert console.http.cookies["__Host-suture"] != first
    assert len(await console.rows(session)) == 1
    assert (await console.http.get("/", headers={"cookie": f"__Host-suture={first}"})).status_code == 401


async def test_signing_out_leads_on_to_the_provider(console: Console, oidc: FakeOidc) -> None:
    await sign_in(console, oidc, "ana")
    left = await console.press("/", "Sign out")
    assert "You are signed out" in left.text
    assert 'http-equiv="refresh"' in left.text
    onwards = unescape(left.text.partition("1; url=")[2].partition('"')[0])
    async with httpx2.AsyncClient(verify=NO_TLS) as outside:
        answered = await outside.get(onwards)
    assert (answered.status_code, answered.headers["location"]) == (302, f"{URL}/sign-in")
    assert len(oidc.signed_out()) == 1
    await console.page("/", 401)


@one_database
async def test_a_provider_without_sign_out_is_left_alone(console: Console, oidc: FakeOidc) -> None:
    oidc.set(document={"end_session_endpoint": None})
    await sign_in(console, oidc, "ana")
    assert "refresh" not in (await console.press("/", "Sign out")).text


async def test_what_the_store_holds_opens_nothing(console: Console, oidc: FakeOidc) -> None:
    await sign_in(console, oidc, "ana")
    (row,) = await console.rows(session)
    assert row.sealed_id_token
    assert "eyJ" not in str(row)
    assert console.http.cookies["__Host-suture"] not in str(row)


async def test_a_session_ends_when_nobody_uses_it(console: Console, oidc: FakeOidc, clock: Clock) -> None:
    await sign_in(console, oidc, "ana")
    for _ in range(2):
        clock.advance(minutes=19)
        await console.page("/")
    clock.advance(minutes=20)
    await console.page("/", 401)


async def test_a_session_ends_however_much_it_is_used(console: Console, oidc: FakeOidc, clock: Clock) -> None:
    await sign_in(console, oidc, "ana")
    for _ in range(3):
        clock.advance(minutes=15)
        await console.page("/")
    clock.advance(minutes=15)
    await console.page("/", 401)


async def test_sessions_of_a_provider_that_is_configured_no_more_are_over(
    console: Console, oidc: FakeOidc, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    await sign_in(console, oidc, "dee")
    (tmp_path / "later").mkdir()
    config = configure(tmp_path / "later", "http://127.0.0.1:9")
    later = console_of(config, database_url, clock, OIDC_SECRET="x")
    later.http.cookies.update(console.http.cookies)
    await later.page("/", 401)
    await later.http.aclose()
    await later.wiring.close()
