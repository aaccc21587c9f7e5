"""The kinds of proof vendors use: HMAC with parts, time and several signatures, tokens in the path, signed tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey

from connectors.contract.failure import Refused
from connectors.contract.source import Incoming, SourceOptions, Verifier
from connectors.signing import (
    echo_header,
    echo_query,
    entra_oidc,
    google_oidc,
    hmac_sha256,
    hmac_signature,
    path_token,
    pings,
)
from connectors.signing.oidc import SignedToken
from tests.connectors.proofs import ALLOW, NEW, NOW, OLD, claims_of, keys, options, prove, token_of

PLAIN = Incoming("POST", {}, {}, b'{"a": 1}')
TIMED = hmac_signature("X-Sign", coding="base64", parts=("timestamp", "body"), delimiter=".", timestamp="X-Time")
WAYS: dict[str, Verifier] = {
    "pagerduty": hmac_sha256("X-PagerDuty-Signature", prefix="v1="),
    "sha512": hmac_signature("X-HCP-Radar-Signature", algorithm="sha512", prefix="sha512="),
    "body then time": hmac_signature("x-sign", parts=("body", "timestamp"), timestamp="x-time"),
    "id, time and body": hmac_signature(
        "x-s", parts=("header:X-Id", "timestamp", "body"), delimiter=",", timestamp="x-t"
    ),
    "time and body": TIMED,
    "path": path_token(),
}
STRANGER = RSAKey.import_key(rsa.generate_private_key(public_exponent=65_537, key_size=2_048), {"kid": "k-1"})


async def accepts(verifier: Verifier, request: Incoming, told: SourceOptions, now: datetime = NOW) -> bool:
    try:
        await verifier(request, told, now, keys())
    except Refused:
        return False
    return True


@pytest.mark.parametrize("way", WAYS)
async def test_a_true_signature_passes_and_a_changed_bit_does_not(way: str) -> None:
    verifier = WAYS[way]
    good = prove(verifier, OLD, PLAIN)
    assert await accepts(verifier, good, options(NEW, OLD))
    assert not await accepts(verifier, good, options(NEW))
    if way != "path":
        assert not await accepts(verifier, replace(good, body=b'{"a": 2}'), options(NEW, OLD))
        for name in good.headers:
            assert not await accepts(verifier, replace(good, headers={**good.headers, name: ""}), options(OLD))


async def test_one_of_several_signatures_suffices() -> None:
    verifier = WAYS["pagerduty"]
    good = prove(verifier, OLD, PLAIN).headers["x-pagerduty-signature"]
    for value in (f"v1={'0' * 64},{good}", f"{good}, v1={'0' * 64}"):
        assert await accepts(verifier, replace(PLAIN, headers={"x-pagerduty-signature": value}), options(OLD))
    wrong = good.replace("v1=", "v0=")
    assert not await accepts(verifier, replace(PLAIN, headers={"x-pagerduty-signature": wrong}), options(OLD))


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_signed_time_counts_for_five_minutes(minutes: int) -> None:
    good = prove(TIMED, NEW, PLAIN)
    assert await accepts(TIMED, good, options(NEW), NOW + timedelta(minutes=4))
    assert not await accepts(TIMED, good, options(NEW), NOW + timedelta(minutes=minutes))
    fresh = {**good.headers, "x-time": str(int(NOW.timestamp()) + 60)}
    assert not await accepts(TIMED, replace(good, headers=fresh), options(NEW))


@pytest.mark.parametrize("stamp", ["", "x", "９９", "9" * 400, "nan", "1e400", "-1", "\xe9", "2026-13-01"])
async def test_a_strange_time_is_refused(stamp: str) -> None:
    good = prove(TIMED, NEW, PLAIN)
    assert not await accepts(TIMED, replace(good, headers={**good.headers, "x-time": stamp}), options(NEW))


OIDC = pytest.mark.parametrize("verifier", [google_oidc(), entra_oidc()], ids=["google", "entra"])


def with_token(token: str) -> Incoming:
    return replace(PLAIN, headers={"authorization": f"Bearer {token}"})


@OIDC
async def test_a_signed_token_passes_for_its_audience_and_sender(verifier: SignedToken) -> None:
    claims = claims_of(verifier)
    assert await accepts(verifier, with_token(token_of(claims)), options())
    for left_out in ALLOW[1:] if not verifier.issuers else ALLOW[1:3]:
        told = SourceOptions(allow=tuple(entry for entry in ALLOW if entry != left_out))
        assert not await accepts(verifier, with_token(token_of(claims)), told)


CHANGES: list[dict[str, Any]] = [
    {"iss": "https://evil.example"},
    {"iss": "https://sts.windows.net/99999999-2222-3333-4444-555555555555/"},
    {"iss": None},
    {"aud": "https://other.example"},
    {"aud": ["https://suture.example.com/v1/alerts"]},
    {"email": "other@example.com", "appid": "other"},
    {"email": 7, "appid": 7},
    {"email_verified": "true", "appid": ""},
    {"exp": int(NOW.timestamp()) - 61},
    {"exp": "soon"},
    {"exp": None},
    {"iat": int(NOW.timestamp()) + 61},
    {"nbf": int(NOW.timestamp()) + 61},
]


@OIDC
@pytest.mark.parametrize("change", CHANGES, ids=[f"{number}-{next(iter(one))}" for number, one in enumerate(CHANGES)])
async def test_a_token_with_one_wrong_claim_is_refused(verifier: SignedToken, change: dict[str, Any]) -> None:
    assert not await accepts(verifier, with_token(token_of({**claims_of(verifier), **change})), options())


@OIDC
async def test_a_token_nobody_signed_is_refused(verifier: SignedToken) -> None:
    claims = claims_of(verifier)
    good = token_of(claims)
    for token in (
        token_of(claims, key=STRANGER),
        token_of(claims, {"kid": "k-2"}),
        good[:-6] + "AAAAAA",
        "a.b.c",
        "\xe9",
    ):
        assert not await accepts(verifier, with_token(token), options())
    _, body, _ = good.split(".")
    unsigned = "eyJhbGciOiJub25lIiwia2lkIjoiay0xIn0"
    assert not await accepts(verifier, with_token(f"{unsigned}.{body}."), options())
    assert not await accepts(verifier, replace(PLAIN, headers={"authorization": good}), options())


def test_challenges_echo_only_what_is_plain() -> None:
    okta, graph = echo_header("X-Okta-Verification-Challenge", "verification"), echo_query("validationToken")
    asked = Incoming("GET", {"x-okta-verification-challenge": "abc-123"}, {}, b"")
    answer = okta(asked, SourceOptions())
    assert answer is not None
    assert (answer.status, answer.body) == (200, b'{"verification": "abc-123"}')
    assert okta(replace(asked, method="POST"), SourceOptions()) is None
    for hostile in ("", "<script>", "a\nb", "\xe9", "x" * 501):
        assert okta(replace(asked, headers={"x-okta-verification-challenge": hostile}), SourceOptions()) is None
        assert graph(Incoming("POST", {}, {"validationToken": hostile}, b""), SourceOptions()) is None
    said = graph(Incoming("POST", {}, {"validationToken": "Validation: Testing 1"}, b""), SourceOptions())
    assert said is not None
    assert (said.content_type, said.body) == ("text/plain", b"Validation: Testing 1")


def test_a_ping_is_known_by_its_header() -> None:
    ping = pings("X-Snyk-Event", "ping/v0")
    assert ping(Incoming("POST", {"x-snyk-event": "ping/v0"}, {}, b""), SourceOptions()) is not None
    assert ping(Incoming("POST", {"x-snyk-event": "project_snapshot/v0"}, {}, b""), SourceOptions()) is None
