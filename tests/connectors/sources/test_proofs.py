"""Each way of each source to prove itself: old and new secret pass; wrong, missing, stale and empty do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from connectors.contract.failure import Refused
from connectors.contract.source import Incoming, SourceOptions, Verifier
from tests.connectors.proofs import ALLOW, NEW, NOW, OLD, is_timed, keys, later, needs_secret, options, prove
from tests.connectors.sources.payloads import SOURCES

PLAIN = Incoming("POST", {"content-type": "application/json"}, {}, b'{"a": "\xc3\xa9"}')
WAYS = [(source.id, verifier) for source in SOURCES.values() for verifier in source.verifiers]
EVERY = pytest.mark.parametrize(("source", "verifier"), WAYS, ids=[f"{name}-{way.kind}" for name, way in WAYS])
HOSTILE = ("", " ", "\xe9\xff", "\u2028", "NaN", "9" * 400, "sha256=", "v1,", "Bearer", "Basic =", "a.b.c")


async def accepts(verifier: Verifier, request: Incoming, told: SourceOptions, now: datetime = NOW) -> bool:
    try:
        await verifier(request, told, now, keys())
    except Refused as refusal:
        said = str(refusal)
        told_secrets = [secret for secret in (OLD, NEW) if secret in said]
        if not said or told_secrets:
            raise AssertionError("a refusal says why, and no secret") from None
        return False
    return True


@EVERY
async def test_both_live_secrets_pass_and_no_other(source: str, verifier: Verifier) -> None:
    assert await accepts(verifier, prove(verifier, NEW, PLAIN), options(NEW, OLD))
    assert await accepts(verifier, prove(verifier, OLD, PLAIN), options(NEW, OLD))
    if needs_secret(verifier):
        assert not await accepts(verifier, prove(verifier, OLD, PLAIN), options(NEW))
        assert not await accepts(verifier, prove(verifier, OLD, PLAIN), options(NEW, "another", OLD))


@EVERY
async def test_missing_and_empty_pass_nowhere(source: str, verifier: Verifier) -> None:
    assert not await accepts(verifier, PLAIN, options(NEW, OLD))
    for secrets in ((), ("",), (" ", "")):
        told = SourceOptions(secrets=secrets, allow=ALLOW if needs_secret(verifier) else ())
        for request in (PLAIN, prove(verifier, NEW, PLAIN)):
            assert not await accepts(verifier, request, told)


@EVERY
async def test_stale_or_replayed_later_it_is_refused(source: str, verifier: Verifier) -> None:
    """Within the window a replay is the same delivery again, which the inbox knows by its id or its digest."""
    request = prove(verifier, NEW, PLAIN)
    assert await accepts(verifier, request, options(NEW), later(verifier)) is not is_timed(verifier)


@EVERY
async def test_hostile_values_in_the_place_of_the_proof_are_refused(source: str, verifier: Verifier) -> None:
    good = prove(verifier, NEW, PLAIN)
    added = [name for name in good.headers if name not in PLAIN.headers]
    for value in HOSTILE:
        for name in added:
            assert not await accepts(verifier, replace(good, headers={**good.headers, name: value}), options(NEW))
        spoilt = replace(good, query=dict.fromkeys(good.query, value), token=value and good.token and value)
        if spoilt != good:
            assert not await accepts(verifier, spoilt, options(NEW))
