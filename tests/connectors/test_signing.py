"""Who may send: the true request passes under the old and the new secret, everything else is refused in words."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.failure import Refused, Retriable
from connectors.contract.source import Incoming, SourceOptions, Verifier
from connectors.signing import (
    basic,
    bearer,
    hmac_sha256,
    is_configured,
    query_token,
    standard_webhooks,
    static_header,
    verify,
)
from tests.connectors.sources.payloads import SOURCES

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OLD, NEW = "old secret of ours", "new secret of ours"
WEBHOOK_OLD, WEBHOOK_NEW = ("whsec_" + base64.b64encode(secret.encode()).decode() for secret in (OLD, NEW))
BODY = b'{"a": "\xc3\xa9"}'


class NoKeys:
    """Keys that nobody can fetch: these verifiers need none."""

    async def certificate(self, url: str) -> bytes:
        raise Retriable("not reachable")

    async def jwks(self, url: str, kid: str) -> Mapping[str, Any]:
        raise Retriable("not reachable")


def request(
    headers: Mapping[str, str] | None = None, body: bytes = BODY, query: Mapping[str, str] | None = None
) -> Incoming:
    return Incoming("POST", headers or {}, query or {}, body)


def hexed(secret: str, body: bytes = BODY) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def webhook(secret: str, at: datetime = NOW, identity: str = "msg_1", body: bytes = BODY) -> dict[str, str]:
    """The headers of Standard Webhooks, computed from its text, not by the package."""
    stamp = str(int(at.timestamp()))
    signed = f"{identity}.{stamp}.".encode() + body
    code = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": identity, "webhook-timestamp": stamp, "webhook-signature": f"v1,{code}"}


def coded(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


WAYS: dict[str, tuple[Verifier, tuple[str, str], Any]] = {
    "hex": (
        hmac_sha256("X-Hub-Signature-256", prefix="sha256="),
        (NEW, OLD),
        lambda secret: request({"x-hub-signature-256": f"sha256={hexed(secret)}"}),
    ),
    "base64": (
        hmac_sha256("x-sign", coding="base64"),
        (NEW, OLD),
        lambda secret: request({"x-sign": base64.b64encode(bytes.fromhex(hexed(secret))).decode()}),
    ),
    "standard webhooks": (standard_webhooks(), (WEBHOOK_NEW, WEBHOOK_OLD), lambda secret: request(webhook(secret))),
    "header": (static_header("X-Api-Key"), (NEW, OLD), lambda secret: request({"x-api-key": secret})),
    "bearer": (bearer(), (NEW, OLD), lambda secret: request({"authorization": f"Bearer {secret}"})),
    "basic": (basic(), (NEW, OLD), lambda secret: request({"authorization": coded("anyone", secret)})),
    "query": (query_token(), (NEW, OLD), lambda secret: request(query={"token": secret})),
}
EVERY = pytest.mark.parametrize("way", WAYS)


async def accepts(verifier: Verifier, incoming: Incoming, *secrets: str, now: datetime = NOW) -> bool:
    said = ""
    try:
        await verifier(incoming, SourceOptions(secrets=secrets), now, NoKeys())
    except Refused as refusal:
        said = str(refusal)
    assert not any(secret in said for secret in (*secrets, OLD, NEW) if len(secret) > 10)
    return not said


@EVERY
async def test_both_live_secrets_are_accepted_and_no_third(way: str) -> None:
    verifier, live, sign = WAYS[way]
    assert await accepts(verifier, sign(NEW), *live)
    assert await accepts(verifier, sign(OLD), *live)
    assert not await accepts(verifier, sign("another secret"), *live)
    assert not await accepts(verifier, sign(OLD), live[0], "x", live[1])


@EVERY
async def test_no_secret_or_an_empty_one_accepts_nothing(way: str) -> None:
    verifier, _, sign = WAYS[way]
    for secrets in ((), ("",), ("", ""), (" ",), ("whsec_",)):
        for incoming in (sign(""), sign(" "), sign("whsec_"[:0]), request()):
            assert not await accepts(verifier, incoming, *secrets)


@EVERY
async def test_a_missing_or_empty_proof_is_refused(way: str) -> None:
    verifier, live, sign = WAYS[way]
    good = sign(NEW)
    assert not await accepts(verifier, request(), *live)
    for name in good.headers:
        assert not await accepts(verifier, replace(good, headers={**good.headers, name: ""}), *live)
        assert not await accepts(
            verifier, replace(good, headers={**good.headers, name: good.headers[name][:-1]}), *live
        )


@pytest.mark.parametrize("way", ["hex", "base64", "standard webhooks"])
async def test_one_changed_bit_of_the_body_is_refused(way: str) -> None:
    verifier, live, sign = WAYS[way]
    good = sign(NEW)
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        assert not await accepts(verifier, replace(good, body=changed), *live)


async def test_one_of_several_signatures_suffices() -> None:
    verifier, live, _ = WAYS["hex"]
    assert await accepts(verifier, request({"x-hub-signature-256": f"sha256={'0' * 64}, sha256={hexed(OLD)}"}), *live)
    good = webhook(NEW)
    both = {**good, "webhook-signature": f"v1a,xx v1,AAAA {good['webhook-signature']}"}
    assert await accepts(standard_webhooks(), request(both), WEBHOOK_NEW)
    other_version = {**good, "webhook-signature": good["webhook-signature"].replace("v1,", "v2,")}
    assert not await accepts(standard_webhooks(), request(other_version), WEBHOOK_NEW)


@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
async def test_a_signed_time_counts_five_minutes_either_way(seconds: int, accepted: bool) -> None:
    signed = webhook(NEW, NOW + timedelta(seconds=seconds))
    assert await accepts(standard_webhooks(), request(signed), WEBHOOK_NEW) is accepted


async def test_a_fresh_time_or_another_id_cannot_be_put_on_an_old_signature() -> None:
    old = webhook(NEW, NOW - timedelta(hours=1))
    fresh = {**old, "webhook-timestamp": str(int(NOW.timestamp()))}
    assert not await accepts(standard_webhooks(), request(fresh), WEBHOOK_NEW)
    assert not await accepts(standard_webhooks(), request({**webhook(NEW), "webhook-id": "msg_2"}), WEBHOOK_NEW)


async def test_a_basic_secret_may_pin_the_name() -> None:
    assert await accepts(basic(), request({"authorization": coded("suture", NEW)}), f"suture:{NEW}")
    assert not await accepts(basic(), request({"authorization": coded("other", NEW)}), f"suture:{NEW}")


@given(st.text(max_size=60), st.binary(max_size=60))
async def test_hostile_headers_and_bodies_are_refused_and_nothing_else(text: str, body: bytes) -> None:
    names = ("authorization", "x-api-key", "x-hub-signature-256", "x-sign", "webhook-id", "webhook-timestamp")
    hostile = request({**dict.fromkeys((*names, "webhook-signature"), text)}, body, {"token": text})
    for verifier, live, _ in WAYS.values():
        assert not await accepts(verifier, hostile, *live)


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1e9", "９９", "9" * 400, "nan", "inf", "1772452800.5"])
async def test_a_strange_time_is_refused(stamp: str) -> None:
    assert not await accepts(standard_webhooks(), request({**webhook(NEW), "webhook-timestamp": stamp}), WEBHOOK_NEW)


async def test_any_one_of_a_sources_verifiers_suffices_and_all_reasons_are_told() -> None:
    generic, options = SOURCES["generic"], SourceOptions(secrets=(WEBHOOK_NEW,))
    assert await verify(generic, request(webhook(NEW)), options, NOW, NoKeys()) == "standard-webhooks"
    assert (
        await verify(generic, request({"authorization": f"bearer {WEBHOOK_NEW}"}), options, NOW, NoKeys()) == "bearer"
    )
    with pytest.raises(Refused, match=r"standard-webhooks: .*; bearer: "):
        await verify(generic, request(), options, NOW, NoKeys())


@pytest.mark.parametrize("source", SOURCES)
async def test_every_source_refuses_what_is_not_signed(source: str) -> None:
    for options in (SourceOptions(), SourceOptions(secrets=(NEW,), allow=("arn:aws:sns:eu-central-1:111122223333:x",))):
        for headers in ({}, {"authorization": "Bearer x"}, {"x-hub-signature-256": "sha256="}):
            with pytest.raises(Refused):
                await verify(SOURCES[source], request(headers), options, NOW, NoKeys())


def test_a_source_without_secret_and_allow_list_is_not_configured() -> None:
    assert not is_configured(SourceOptions(secrets=("", " ")))
    assert is_configured(SourceOptions(secrets=("x",)))
    assert is_configured(SourceOptions(allow=("arn",)))


def test_github_pings_and_nothing_else_is_answered_at_once() -> None:
    handshake = SOURCES["github"].handshake
    assert handshake is not None
    answer = handshake(request({"x-github-event": "ping"}), SourceOptions())
    assert answer is not None
    assert (answer.status, answer.confirm) == (200, "")
    assert handshake(request({"x-github-event": "push"}), SourceOptions()) is None
