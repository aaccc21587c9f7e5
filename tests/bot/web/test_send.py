"""A made-up alert passes the same door as a real one, for each way in which a secret can prove a source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest

from bot.send import NotSent, Proof, proof_for, send
from bot.settings.secrets import Secret
from bot.store import tables as t
from connectors.contract.failure import Refused
from connectors.contract.source import Incoming, SourceOptions, Verifier
from connectors.signing import (
    aws_sns,
    basic,
    bearer,
    hmac_sha256,
    hmac_signature,
    path_token,
    query_token,
    standard_webhooks,
    static_header,
)
from tests.bot.web.served import Served
from tests.databases import Clock

SECRET = "whsec_c3V0dXJlLXRlc3RzLXNlY3JldC0yNC1ieXRlcw=="
VERIFIERS: dict[str, Verifier] = {
    "bearer": bearer(),
    "basic": basic(),
    "header": static_header("X-Auth-Token"),
    "query": query_token("token"),
    "standard webhooks": standard_webhooks(),
    "hmac hex": hmac_sha256("X-Hub-Signature-256", prefix="sha256="),
    "path": path_token(),
    "hmac with a time": hmac_signature(
        "X-Signature", algorithm="sha512", parts=("timestamp", "header:X-Id", "body"), delimiter=".", timestamp="X-Time"
    ),
    "hmac base64": hmac_sha256("X-Signature", coding="base64"),
}


class NoKeys:
    """No public key is asked for where a secret proves."""

    async def certificate(self, url: str) -> bytes:
        raise AssertionError(url)

    async def jwks(self, url: str, kid: str) -> Mapping[str, Any]:
        raise AssertionError(url)


@pytest.mark.parametrize("name", VERIFIERS)
async def test_what_is_sent_is_what_the_verifier_accepts(name: str, clock: Clock) -> None:
    body, keys = b'{"title": "A made-up alert"}', NoKeys()
    proof = proof_for(VERIFIERS[name], SECRET, body, clock(), "msg_1")
    assert proof is not None
    told = Incoming(
        "POST", {k.lower(): v for k, v in proof.headers.items()}, proof.query, body, unquote(proof.path[1:])
    )

    await VERIFIERS[name](told, SourceOptions(secrets=(SECRET,)), clock(), keys)
    with pytest.raises(Refused):
        await VERIFIERS[name](told, SourceOptions(secrets=("another-secret",)), clock(), keys)


def test_no_secret_stands_in_for_amazon(clock: Clock) -> None:
    assert proof_for(aws_sns(), SECRET, b"{}", clock(), "msg_1") is None
    assert proof_for(standard_webhooks(), "no base64 at all!", b"{}", clock(), "msg_1") is None
    assert proof_for(basic(), "ana:pass", b"", clock(), "") == Proof({"authorization": "Basic YW5hOnBhc3M="})


async def test_the_made_up_alert_is_taken_and_opens_no_case(served: Served) -> None:
    status, said = await send(served.wiring, "generic", None, served.url)

    assert (status, json.loads(said)["findings"], json.loads(said)["quarantined"]) == (202, 1, 0)
    (found,) = await served.rows(t.finding)
    assert (found.state, found.reason) == ("suppressed", "sample")
    assert await served.rows(t.cases) == []


@pytest.mark.parametrize("source", ["github", "alertmanager", "trivy"])
async def test_others_show_that_the_way_and_the_secret_are_right(served: Served, source: str) -> None:
    assert (await send(served.wiring, source, None, served.url))[0] == 202
    (stored,) = await served.rows(t.delivery)
    assert stored.source == source
    assert await served.rows(t.finding) == []


async def test_a_file_of_ones_own_is_sent_as_it_is(served: Served) -> None:
    body = b'{"title": "Open door", "rule": "door", "severity": "high", "resource": {"id": "pay-1"}}'
    assert (await send(served.wiring, "generic", body, served.url))[0] == 202
    assert [row.title for row in await served.rows(t.cases)] == ["Open door"]


async def test_a_wrong_secret_is_told_as_the_door_tells_it(served: Served) -> None:
    sources = dict(served.wiring.settings.sources)
    sources["alertmanager"] = replace(sources["alertmanager"], secrets=(Secret("stale", "env OLD"),))
    wiring = replace(served.wiring, settings=replace(served.wiring.settings, sources=sources))
    status, said = await send(wiring, "alertmanager", None, served.url)
    assert (status, "another secret than the one configured" in said, "stale" in said) == (401, True, False)


async def test_what_cannot_be_sent_says_why(served: Served) -> None:
    for source, why in (
        ("aws-guardduty", "is not on; see `suture sources`"),
        ("nothing", "is not on"),
        ("aws-securityhub", "only its vendor can sign"),
    ):
        with pytest.raises(NotSent, match=why):
            await send(served.wiring, source, None, served.url)
    with pytest.raises(NotSent, match="does not answer"):
        await send(served.wiring, "generic", None, "http://127.0.0.1:9")
