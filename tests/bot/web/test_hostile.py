"""Whatever strangers send, and wherever: an answer of ours in the 400s, never a 500, and pages that forbid the rest."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest

from bot.store import tables as t
from bot.store.sessions import create_link
from bot.web.console_door import csrf_of
from tests.bot.web.served import SECRET, TOKEN, Served, finding

COMMAND = urlencode({"command": "/suture", "text": "mine", "team_id": "T0SUTURE1", "user_id": "U0ANA"}).encode()
DEEP = b"[" * 50_000
HEADERS = [
    {"x_slack_request_timestamp": "soon"},
    {"x_slack_request_timestamp": ""},
    {"x_slack_request_timestamp": "-1"},
    {"x_slack_request_timestamp": "1e9"},
    {"x_slack_request_timestamp": "9" * 400},
    {"x_slack_request_timestamp": "\u00b2"},
    {"x_slack_signature": ""},
    {"x_slack_signature": "v0="},
    {"x_slack_signature": "v0=\u00e9\u00ff"},
    {"x_slack_signature": "v1=" + "0" * 64},
    {"x_slack_signature": "v0=" + "0" * 20_000},
]
BODIES = [
    b"",
    b"\x00",
    b"\xff\xfe\xfd",
    b"{",
    b"{}",
    b"[]",
    b"null",
    b'{"type": 7}',
    b'{"type": "url_verification"}',
    b'{"type": "url_verification", "challenge": {"a": 1}}',
    b'{"type": "block_actions"}',
    b'{"a": "\\ud800"}',
    DEEP,
    b'{"a":' + DEEP,
    b"payload=",
    b"payload=%FF",
    b"payload=null",
    b"payload=" + quote('{"type": "block_actions", "actions": 7, "user": [], "team": "T"}').encode(),
    b"payload=" + quote('{"type": "view_submission", "view": null, "user": {"id": 7}}').encode(),
    b"payload=" + quote(json.dumps({"type": "block_actions", "actions": [{}] * 1000})).encode(),
    b"payload=" + DEEP,
    b"command=%2Fsuture&text=mine",
    b"command=%2Fsuture&team_id=%00&user_id=%00",
    b"&" * 5_000,
    b"a=b&" * 5_000,
]


async def test_unsigned_slack_requests_are_refused(served: Served) -> None:
    for changes in HEADERS:
        answered = await served.slack(COMMAND, **changes)
        assert (answered.status_code, answered.json()["error"]) == (401, "this is not signed by our Slack app"), changes
    for body in BODIES:
        answered = await served.post("/slack/events", body, {})
        assert answered.status_code == 401, body[:40]
    assert (await served.slack(COMMAND)).status_code == 200


async def test_signed_nonsense_from_slack_is_refused_or_only_acknowledged(served: Served) -> None:
    for body in BODIES:
        answered = await served.slack(body)
        assert answered.status_code in (200, 401), (body[:60], answered.status_code, answered.text)
    for kind in ("", "text/plain", "multipart/form-data; boundary=x", "application/json; charset=utf-7", "\u00e9"):
        for body in (COMMAND, b"{}", b"--x--"):
            assert (await served.slack(body, content_type=kind)).status_code < 500, kind
    assert await served.rows(t.click) == []


async def test_a_huge_or_compressed_slack_request_is_refused_unread(served: Served) -> None:
    assert (await served.slack(b"x" * (256 * 1024 + 1))).status_code == 413
    assert (await served.slack(COMMAND, content_encoding="gzip")).status_code == 415


async def test_an_old_slack_request_is_refused(served: Served) -> None:
    stamp = str(int(served.clock().timestamp()))
    served.clock.advance(minutes=6)
    assert (await served.slack(COMMAND, x_slack_request_timestamp=stamp)).status_code == 401


async def test_slack_looks_at_the_certificate_and_says_its_challenge(served: Served) -> None:
    assert (await served.http.get(f"{served.url}/slack/events?ssl_check=1")).status_code == 200
    assert (await served.http.get(f"{served.url}/slack/events")).status_code == 401
    answered = await served.slack(b'{"type": "url_verification", "challenge": "3eZbrw1aB10"}')
    assert (answered.status_code, answered.text) == (200, "3eZbrw1aB10")


ADDRESSES = [
    "/", "/cases/{}", "/cases/{}/affected", "/affected?q={}", "/audit?case={}", "/audit?before={}", "/audit?check={}",
    "/quarantine?page={}", "/?team={}", "/?state={}", "/?environment={}", "/?page={}", "/?mine={}", "/press",
    "/command", "/sign-out", "/sign-in?token={}", "/static/{}", "/v1/alerts/{}", "/v1/scans/{}", "/v1/scans/trivy/{}",
    "/v1/deploys", "/healthz", "/readyz", "/metrics", "/slack/events?ssl_check={}", "/cases/S-1?reading={}",
    "/{}", "/docs", "/openapi.json", "//", "/v1", "/v1/alerts/", "/.env", "/static/../served.py",
]  # fmt: skip
JUNK = [
    "", "0", "-1", "S-1", "S-0", "s999999999999", "9" * 30, "%00", "S-1%00", "%FF%FE", "%ED%A0%80", "..%2F..%2Fetc",
    "%0d%0aSet-Cookie:%20a=b", "'%20or%201=1%20--", "{{7*7}}", "%F0%9F%98%80", "\u0661".encode().hex(), "x" * 4000,
    "%25", "*", "NaN", "1e99",
]  # fmt: skip
METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]
STRANGE_BODIES = [b"", b"\x00\xff", b"{}", b"a=b", b"csrf=%00&offer=%00&key=%00&input-reason=%00", DEEP]


async def sign_in(served: Served, person: str) -> str:
    """The cookie of a person who signed in."""
    async with served.wiring.store.write() as connection:
        await create_link(connection, person, "t" * 43, served.clock() + timedelta(minutes=15))
    answered = await served.http.post(f"{served.url}/sign-in", data={"token": "t" * 43})
    assert answered.status_code == 303, answered.text
    return str(served.http.cookies["suture"])


async def test_nobody_is_sent_where_the_host_header_says(served: Served) -> None:
    for address in ("/audit/", "/v1/alerts/generic/", "/v1/scans/trivy/", "/sign-in/", "//evil.example/audit/"):
        for method in ("GET", "POST"):
            answered = await served.http.request(method, served.url + address, headers={"host": "evil.example"})
            assert (answered.status_code, answered.headers.get("location")) == (404, None), address


@pytest.mark.parametrize("signed_in", [False, True])
async def test_no_address_method_or_id_is_a_500(served: Served, signed_in: bool) -> None:
    assert (await served.alert(finding())).status_code == 202
    if signed_in:
        await sign_in(served, "ben")
    for address in ADDRESSES:
        for junk in JUNK if "{}" in address else [""]:
            answered = await served.http.get(served.url + address.replace("{}", junk))
            assert answered.status_code < 500, (address, junk, answered.text[:300])
            assert "set-cookie" not in answered.headers or "a=b" not in answered.headers["set-cookie"]


async def test_no_method_with_any_body_is_a_500(served: Served) -> None:
    await sign_in(served, "ben")
    chance = random.Random(7)
    for address in ADDRESSES:
        for method in METHODS:
            where = served.url + address.replace("{}", chance.choice(JUNK))
            content = chance.choice(STRANGE_BODIES)
            secret = chance.choice([SECRET, TOKEN, "\u00e9"])
            kind = chance.choice(["application/json", "application/x-www-form-urlencoded", "", "text/xml"])
            headers = [(b"authorization", f"Bearer {secret}".encode("latin-1")), (b"content-type", kind.encode())]
            answered = await served.http.request(method, where, content=content, headers=headers)
            assert answered.status_code < 500, (method, where, content[:40], answered.text[:300])


async def test_junk_in_forms_of_our_own_is_no_500(served: Served) -> None:
    token = await sign_in(served, "ben")
    for junk in ("", "\x00", "\u202e", "9" * 30, "x" * 5000, "S-1", "help", "affected \x00", "show S-999999999999"):
        for address, fields in (
            ("/press", {"offer": junk, "key": junk, "case": junk, "input-reason": junk}),
            ("/command", {"words": junk, "key": junk, "text": junk, "command": junk}),
        ):
            answered = await served.http.post(served.url + address, data=fields | {"csrf": csrf_of(token)})
            assert answered.status_code < 500, (address, junk, answered.text[:300])


async def test_every_page_forbids_what_it_does_not_need(served: Served) -> None:
    pages = [("/", 401), ("/sign-in", 401), ("/sign-in?token=x", 200), ("/static/console.css", 200), ("/static/x", 404)]
    await served.alert(finding())
    for address, status in pages:
        await assert_guarded(served, address, status)
    await sign_in(served, "ana")
    for address, status in [("/", 200), ("/cases/S-1", 200), ("/cases/S-9", 404), ("/audit", 200), ("/affected", 200)]:
        await assert_guarded(served, address, status)


async def assert_guarded(served: Served, address: str, status: int) -> None:
    answered = await served.http.get(served.url + address)
    assert answered.status_code == status, address
    policy = answered.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert "<script" not in answered.text
    assert answered.headers["x-content-type-options"] == "nosniff"
    assert answered.headers["cross-origin-opener-policy"] == "same-origin"
    assert answered.headers["cache-control"] == "no-store" or address.startswith("/static/console")
