"""Signing in: once, in time, by who is let in; and what a page of another site cannot do."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from bot.sign_in import end_sessions
from bot.store.tables import audit, cases, session
from tests.bot.web.console_browser import Console, Forms, finding


async def test_a_stranger_is_told_how_to_get_a_link(console: Console) -> None:
    for address in ("/", "/cases/S-1", "/affected", "/audit", "/quarantine"):
        assert "suture sign-in PERSON" in await console.page(address, 401)


async def test_a_link_signs_in_once(console: Console) -> None:
    token = await console.link("ana")
    first = await console.http.post("/sign-in", data={"token": token})
    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert "Ana Sousa" in await console.page("/")
    again = await console.http.post("/sign-in", data={"token": token})
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


async def test_a_link_leads_back_to_the_page_that_was_wanted(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.page("/cases/S-1?reading=1", 401)
    came = await console.http.post("/sign-in", data={"token": await console.link("ana")})
    assert (came.status_code, came.headers["location"]) == (303, "/cases/S-1?reading=1")
    again = await console.http.post("/sign-in", data={"token": await console.link("ana", "another")})
    assert again.headers["location"] == "/"  # once: it is not remembered for ever


async def test_a_link_that_does_not_work_forgets_nothing(console: Console) -> None:
    await console.page("/confirm/an-offer.1900000000.a-signature", 401)
    assert (await console.http.post("/sign-in", data={"token": "none"})).status_code == 403
    came = await console.http.post("/sign-in", data={"token": await console.link("ana")})
    assert came.headers["location"] == "/confirm/an-offer.1900000000.a-signature"


ELSEWHERE = [
    "//evil.example/x",
    "/\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/x\r\nset-cookie: a=b",
    "/x y",
    "é",
]


@pytest.mark.parametrize("page", ELSEWHERE, ids=range(len(ELSEWHERE)))
async def test_no_page_of_another_site_is_led_to(console: Console, page: str) -> None:
    planted = urlsafe_b64encode(page.encode()).decode()
    headers = {"cookie": f"__Host-suture-to={planted}"}
    came = await console.http.post("/sign-in", data={"token": await console.link("ana")}, headers=headers)
    assert (came.status_code, came.headers["location"]) == (303, "/")


@pytest.mark.parametrize("planted", ["", "%%%", "AAA", "L2E"])
async def test_a_page_that_cannot_be_read_is_the_first_one(console: Console, planted: str) -> None:
    headers = {"cookie": f"__Host-suture-to={planted}"}
    came = await console.http.post("/sign-in", data={"token": await console.link("ana")}, headers=headers)
    assert (came.status_code, came.headers["location"]) == (303, "/")


async def test_the_address_asked_for_decides_and_no_address_in_it(console: Console) -> None:
    await console.page("//evil.example/x", 404)
    asked = await console.http.get("/cases/S-1?to=https://evil.example", headers={"accept": "text/html"})
    assert asked.status_code == 401
    came = await console.http.post("/sign-in", data={"token": await console.link("ana")})
    assert came.headers["location"] == "/"


async def test_the_cookie_is_for_this_host_and_not_for_scripts(console: Console) -> None:
    token = await console.link("ana")
    cookie = (await console.http.post("/sign-in", data={"token": token})).headers["set-cookie"]
    assert cookie.startswith("__Host-suture=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=3600"} <= set(cookie.split("; "))


async def test_a_preview_does_not_use_the_link_up(console: Console) -> None:
    token = await console.link("ana")
    for _ in range(3):
        await console.page(f"/sign-in?token={token}")
    assert (await console.submit(await console.page(f"/sign-in?token={token}"), "Sign in")).status_code == 303


async def test_an_old_link_is_refused(console: Console) -> None:
    token = await console.link("ana", minutes=15)
    console.clock.advance(minutes=15)
    assert (await console.http.post("/sign-in", data={"token": token})).status_code == 403


@pytest.mark.parametrize("person", ["cy", "nobody-we-know"])
async def test_a_link_of_who_is_not_let_in_is_refused(console: Console, person: str) -> None:
    token = await console.link(person)
    assert (await console.http.post("/sign-in", data={"token": token})).status_code == 403


async def test_a_session_ends_by_itself(console: Console) -> None:
    await console.sign_in("ana")
    for _ in range(3):
        console.clock.advance(minutes=15)
        await console.page("/")
    console.clock.advance(minutes=15)
    await console.page("/", 401)


async def test_a_session_that_nobody_uses_ends(console: Console) -> None:
    await console.sign_in("ana")
    for _ in range(2):
        console.clock.advance(minutes=19)
        await console.page("/")
    console.clock.advance(minutes=20)
    await console.page("/", 401)


async def test_all_sessions_of_a_person_end_by_one_command(console: Console) -> None:
    await console.sign_in("ana")
    mine = console.http.cookies["__Host-suture"]
    console.http.cookies.clear()  # another browser
    await console.sign_in("ben")
    await console.link("ana", "never used")
    said = await end_sessions(console.wiring, "ana")
    assert said.startswith("1 session of ana ended")
    assert (await console.http.get("/", headers={"cookie": f"__Host-suture={mine}"})).status_code == 401
    assert (await console.http.post("/sign-in", data={"token": "never used"})).status_code == 403
    await console.page("/")  # ben's own goes on
    record = (await console.rows(audit))[-1]
    assert (record.act, record.target, record.detail) == ("end-sessions", "person ana", {"sessions": 1})


async def test_signing_out_ends_the_session_in_the_store(console: Console) -> None:
    await console.sign_in("ana")
    cookie = console.http.cookies["__Host-suture"]
    left = await console.press("/", "Sign out")
    assert "You are signed out" in left.text
    assert (await console.http.get("/", headers={"cookie": f"__Host-suture={cookie}"})).status_code == 401
    assert [row.act for row in await console.rows(audit)] == ["sign-in", "sign-out"]


async def test_the_store_holds_no_secret(console: Console) -> None:
    await console.sign_in("ana")
    (row,) = await console.rows(session)
    (_, fields, _) = Forms(await console.page("/")).found[0]
    for secret in (console.http.cookies["__Host-suture"], fields["csrf"]):
        assert secret not in str(row)


async def test_the_links_of_a_session_are_no_sessions(console: Console) -> None:
    token = await console.link("ana")
    assert (await console.http.get("/", headers={"cookie": f"__Host-suture={token}"})).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "https://suture.example.com.evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, 403),
        ({"origin": "https://suture.example.com", "sec-fetch-site": "same-origin"}, 303),
        ({}, 303),
    ],
)
async def test_only_our_own_pages_may_send_forms(console: Console, headers: dict[str, str], status: int) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    _, fields, _ = next(f for f in Forms(await console.page("/cases/S-1")).found if "I'm on it" in f[2])
    answered = await console.http.post("/press", data=fields, headers=headers)
    assert answered.status_code == status
    (case,) = await console.rows(cases)
    assert case.state == ("acknowledged" if status == 303 else "open")


@pytest.mark.parametrize("csrf", [None, "", "wrong", "é"])
async def test_a_form_without_its_token_is_refused(console: Console, csrf: str | None) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    _, fields, _ = next(f for f in Forms(await console.page("/cases/S-1")).found if "I'm on it" in f[2])
    sent = {name: value for name, value in fields.items() if name != "csrf"} | ({} if csrf is None else {"csrf": csrf})
    for address in ("/press", "/command", "/sign-out"):
        assert (await console.http.post(address, data=sent)).status_code == 403
    (case,) = await console.rows(cases)
    assert case.state == "open"
    await console.page("/")


async def test_the_token_of_another_session_is_refused(console: Console) -> None:
    await console.sign_in("ana")
    _, others, _ = Forms(await console.page("/")).found[0]
    await console.sign_in("ben")
    assert (await console.http.post("/sign-out", data=others)).status_code == 403


async def test_a_form_is_small_and_a_form(console: Console) -> None:
    await console.sign_in("ana")
    assert (await console.http.post("/press", data={"csrf": "x" * 70_000})).status_code == 413
    assert (await console.http.post("/press", json={"csrf": "x"})).status_code == 415
    assert (await console.http.post("/press", data={str(n): "x" for n in range(50)})).status_code == 400
