"""Whatever comes to the door unsigned, twisted or signed but absurd is refused: 401, never a crash, nothing stored."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from connectors.chat.slack import SlackChat, SlackDoor, SlackOptions
from connectors.contract.failure import Refused
from connectors.contract.source import Answer, Incoming
from tests.connectors.chat.slack.app import Remembering

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECRET = "s3cret"
OPTIONS = SlackOptions(signing_secrets=(SECRET, "older"), bot_token="xoxb-x", api_url="http://127.0.0.1:9/api/")
DOOR = SlackDoor(OPTIONS, SlackChat(OPTIONS))
GOOD = {
    "type": "block_actions",
    "team": {"id": "T0SUTURE1"},
    "user": {"id": "U0ANA", "team_id": "T0SUTURE1", "name": "ana"},
    "api_app_id": "A0SUTURE1",
    "container": {"type": "message", "message_ts": "1.000001", "channel_id": "C0PAY"},
    "actions": [{"type": "button", "action_id": "press:o-1", "value": "o-1", "action_ts": "1.000002"}],
    "trigger_id": "1.2.3",
}


def form(payload: Any) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def signature(body: bytes, stamp: str, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET, **other: str) -> Incoming:
    stamp = str(int(at.timestamp()))
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature(body, stamp, secret)}
    return Incoming("POST", {**headers, **other}, {}, body)


async def receive(request: Incoming) -> tuple[Answer, Remembering]:
    inbox = Remembering()
    answer = await DOOR.receive(request, inbox, NOW)
    return answer, inbox


async def refused(request: Incoming) -> None:
    inbox = Remembering()
    with pytest.raises(Refused):
        await DOOR.receive(request, inbox, NOW)
    assert (inbox.clicks, inbox.commands) == ([], [])


async def test_the_true_request_gets_in() -> None:
    answer, inbox = await receive(signed(form(GOOD)))
    assert (answer.status, len(inbox.clicks)) == (200, 1)


async def test_where_slacks_own_verifier_raises_we_refuse() -> None:
    """slack_sdk 3.47: a ValueError, a TypeError and a UnicodeDecodeError that would be three unauthenticated 500s."""
    body, stamp = form(GOOD), str(int(NOW.timestamp()))
    cases = [("abc", signature(body, stamp), body), (stamp, "v0=é", body), (stamp, "v0=0", b"\xff\xfe")]
    for when, sign, what in cases:
        headers = {"x-slack-request-timestamp": when, "x-slack-signature": sign}
        with pytest.raises((ValueError, TypeError)):
            SignatureVerifier(SECRET, FrozenClock()).is_valid(what, when, sign)
        await refused(Incoming("POST", headers, {}, what))


class FrozenClock(Clock):
    """The verifier's own notion of a clock."""

    def now(self) -> float:
        return NOW.timestamp()


STAMP = str(int(NOW.timestamp()))
BODY = form(GOOD)
TRUE = signature(BODY, STAMP)
MUTATED: list[tuple[str, dict[str, str], bytes]] = [
    ("no headers", {}, BODY),
    ("no signature", {"x-slack-request-timestamp": STAMP}, BODY),
    ("no timestamp", {"x-slack-signature": TRUE}, BODY),
    ("one bit of the body", {"x-slack-request-timestamp": STAMP, "x-slack-signature": TRUE}, BODY[:-1] + b"z"),
    ("another second", {"x-slack-request-timestamp": str(int(STAMP) + 1), "x-slack-signature": TRUE}, BODY),
    ("one digit of the signature", {"x-slack-request-timestamp": STAMP, "x-slack-signature": TRUE[:-1] + "x"}, BODY),
    ("upper case", {"x-slack-request-timestamp": STAMP, "x-slack-signature": TRUE.upper()}, BODY),
    ("another version", {"x-slack-request-timestamp": STAMP, "x-slack-signature": "v1" + TRUE[2:]}, BODY),
    ("no version", {"x-slack-request-timestamp": STAMP, "x-slack-signature": TRUE[3:]}, BODY),
    ("empty", {"x-slack-request-timestamp": "", "x-slack-signature": ""}, BODY),
    ("only the prefix", {"x-slack-request-timestamp": STAMP, "x-slack-signature": "v0="}, BODY),
    ("twice", {"x-slack-request-timestamp": STAMP, "x-slack-signature": f"{TRUE}, {TRUE}"}, BODY),
    ("the wrong secret", {"x-slack-request-timestamp": STAMP, "x-slack-signature": signature(BODY, STAMP, "no")}, BODY),
    ("an empty secret", {"x-slack-request-timestamp": STAMP, "x-slack-signature": signature(BODY, STAMP, "")}, BODY),
    ("a sign before the time", {"x-slack-request-timestamp": "+" + STAMP, "x-slack-signature": TRUE}, BODY),
    ("spaces", {"x-slack-request-timestamp": f" {STAMP} ", "x-slack-signature": TRUE}, BODY),
    ("Arabic digits", {"x-slack-request-timestamp": "١٧٧٧٦٣٦٨٠٠", "x-slack-signature": TRUE}, BODY),
    ("a huge time", {"x-slack-request-timestamp": "9" * 400, "x-slack-signature": TRUE}, BODY),
    ("not a number", {"x-slack-request-timestamp": "nan", "x-slack-signature": TRUE}, BODY),
    ("a lone surrogate", {"x-slack-request-timestamp": STAMP, "x-slack-signature": "v0=\ud800"}, BODY),
]  # fmt: skip


@pytest.mark.parametrize(("name", "headers", "body"), MUTATED, ids=[case[0] for case in MUTATED])
async def test_only_the_true_signature_gets_in(name: str, headers: dict[str, str], body: bytes) -> None:
    await refused(Incoming("POST", headers, {}, body))


@pytest.mark.parametrize(("seconds", "good"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
async def test_five_minutes_either_way(seconds: int, good: bool) -> None:
    request = signed(form(GOOD), NOW + timedelta(seconds=seconds))
    if good:
        assert (await receive(request))[0].status == 200
    else:
        await refused(request)


@given(st.dictionaries(st.sampled_from(["x-slack-signature", "x-slack-request-timestamp"]), st.text()), st.binary())
async def test_no_header_and_no_body_crashes_the_door(headers: dict[str, str], body: bytes) -> None:
    await refused(Incoming("POST", headers, {}, body))


ABSURD: list[bytes] = [
    b"", b"\xff\xfe", b"payload=", b"payload=%7B", b"payload=[]", b"payload=null", b"payload=1", b"{", b"{}x", b"[]",
    b"payload=" + b"[" * 100_000, b'{"a":' * 5000, b"payload=NaN", b"&" * 1000, b"=", b"payload=%ff",
    b"command=/suture&user_id=U0ANA", b"command=/suture&user_id=<script>&team_id=T0SUTURE1",
]  # fmt: skip


@pytest.mark.parametrize("body", ABSURD, ids=range(len(ABSURD)))
async def test_signed_nonsense_does_nothing(body: bytes) -> None:
    inbox = Remembering()
    try:
        answer = await DOOR.receive(signed(body), inbox, NOW)
        assert answer.status == 200, "acknowledged and forgotten"
    except Refused:
        pass
    assert (inbox.clicks, inbox.commands) == ([], [])


anything = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "value", "type"]), inner),
    max_leaves=4,
)


ALSO_READ_BY_BOLT = [
    "enterprise", "enterprise_id", "team_id", "user_id", "channel", "channel_id", "message", "view", "event",
    "is_enterprise_install", "authorizations", "function_data", "bot_access_token", "context_team_id", "response_url",
    "response_urls", "ssl_check", "command", "callback_id",
]  # fmt: skip


@given(st.sampled_from([*sorted(GOOD), *ALSO_READ_BY_BOLT]), anything)
async def test_a_signed_press_with_one_absurd_part_never_crashes(part: str, value: Any) -> None:
    try:
        answer, _ = await receive(signed(form({**GOOD, part: value})))
    except Refused:
        return
    assert answer.status == 200


VIEW_PARTS = [
    "id",
    "hash",
    "state",
    "private_metadata",
    "blocks",
    "type",
    "callback_id",
    "team_id",
    "app_installed_team_id",
]


@given(st.dictionaries(st.sampled_from(VIEW_PARTS), anything), anything)
async def test_a_signed_submission_of_any_shape_never_crashes(view: dict[str, Any], user: Any) -> None:
    kept = {"private_metadata": '{"offer": "o-1", "dates": {"until": ["x", "2026-01-01"]}}'}
    kept |= {"type": "modal", "callback_id": "form"}
    for who in (GOOD["user"], user):
        body = {"type": "view_submission", "team": {"id": "T0SUTURE1"}, "user": who, "view": {**kept, **view}}
        try:
            answer, _ = await receive(signed(form(body)))
        except Refused:
            continue
        assert answer.status == 200


async def test_a_refusal_shows_no_secret() -> None:
    with pytest.raises(Refused) as problem:
        await DOOR.receive(signed(form(GOOD), secret="wrong"), Remembering(), NOW)
    assert SECRET not in str(problem.value)
