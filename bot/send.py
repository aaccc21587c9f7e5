"""``suture send``: an alert is posted as its source would post it, signed with its secret, to try the way."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

import httpx2
from pydantic_core import to_json
from standardwebhooks import Webhook

from bot.model.made_up import made_up_alert
from bot.wiring import Wiring
from connectors.contract.source import Verifier
from connectors.signing.hmacs import HmacSignature

_SECONDS = 20.0


class NotSent(Exception):
    """Nothing was sent; why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What goes along with the body so that a verifier accepts it."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    path: str = ""  # what the address ends in


async def send(wiring: Wiring, source: str, body: bytes | None, url: str) -> tuple[int, str]:
    """Post ``body``, or a made-up alert, to ``url``, else to the public address; the answer's status and words.

    Raises NotSent.
    """
    configured = wiring.settings.sources.get(source)
    if configured is None or source not in wiring.sources:
        raise NotSent(f"The source {source[:80]!r} is not on; see `suture sources` for what it lacks.")
    secrets = configured.options().secrets
    if not secrets:
        raise NotSent(f"{source} has no secret: only its vendor can sign. Send a test from the vendor's side.")
    content = to_json(made_up_alert(source)) if body is None else body
    proof = _first_proof(wiring, source, secrets[0], content)
    address = f"{(url or wiring.settings.public_url).rstrip('/')}/v1/alerts/{source}{proof.path}"
    headers = {"content-type": "application/json"} | dict(proof.headers)
    try:
        answer = await wiring.http.post(
            address, content=content, headers=headers, params=dict(proof.query), timeout=_SECONDS
        )
    except httpx2.HTTPError as failure:
        raise NotSent(f"{address.removesuffix(proof.path)} does not answer: {type(failure).__name__}.") from None
    return answer.status_code, answer.text[:2_000]


def _first_proof(wiring: Wiring, source: str, secret: str, body: bytes) -> Proof:
    for verifier in wiring.sources[source].verifiers:
        proof = proof_for(verifier, secret, body, wiring.clock(), wiring.new_id())
        if proof is not None:
            return proof
    raise NotSent(f"Only the vendor of {source} can prove itself. Send a test from the vendor's side.")


def proof_for(verifier: Verifier, secret: str, body: bytes, now: datetime, identity: str) -> Proof | None:
    """How ``secret`` vouches for ``body`` before this verifier; None where a secret is not enough."""
    kind, _, name = verifier.kind.partition(" ")
    if kind == "bearer":
        return Proof({"authorization": f"Bearer {secret}"})
    if kind == "basic":
        pair = secret if ":" in secret else f"suture:{secret}"
        return Proof({"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"})
    if kind == "header":
        return Proof({name: secret})
    if kind == "query":
        return Proof(query={name: secret})
    if kind == "standard-webhooks":
        return _standard_webhooks(secret, body, now, identity)
    if kind == "path":
        return Proof(path=f"/{quote(secret, safe='')}")
    return _signed(verifier, secret, body, now, identity) if isinstance(verifier, HmacSignature) else None


def _signed(verifier: HmacSignature, secret: str, body: bytes, now: datetime, identity: str) -> Proof:
    """The HMAC as the verifier will make it; whatever headers it covers are made up."""
    headers = {verifier.timestamp: str(int(now.timestamp()))} if verifier.timestamp else {}
    covered = []
    for part in verifier.parts:
        name = verifier.timestamp if part == "timestamp" else part.removeprefix("header:")
        covered.append(body if part == "body" else headers.setdefault(name, identity).encode())
    digest = hmac.new(secret.encode(), verifier.delimiter.encode().join(covered), verifier.algorithm)
    signature = base64.b64encode(digest.digest()).decode() if verifier.coding == "base64" else digest.hexdigest()
    return Proof(headers | {verifier.header: f"{verifier.prefix}{signature}"})


def _standard_webhooks(secret: str, body: bytes, now: datetime, identity: str) -> Proof | None:
    try:
        signature = Webhook(secret).sign(identity, now, body.decode())
    except ValueError:  # no key in base64: such a secret is for another of the source's verifiers
        return None
    stamp = str(int(now.timestamp()))
    return Proof({"webhook-id": identity, "webhook-timestamp": stamp, "webhook-signature": signature})
