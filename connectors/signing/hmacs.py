"""Verifiers for senders that sign the raw body with a shared secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from connectors.contract.failure import Refused
from connectors.contract.source import Incoming, Keys, SourceOptions, Verifier
from connectors.signing.secrets import check_window, header_bytes, live_secrets, matches

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_MOST_SIGNATURES = 8


@dataclass(frozen=True, slots=True)
class _Hmac:
    """HMAC-SHA256 of the raw body in one header, several signatures allowed, separated by commas."""

    kind: str
    header: str
    prefix: str
    coding: str

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None:
        secrets = live_secrets(options)
        value = request.headers.get(self.header, "").strip()
        if not value:
            raise Refused(f"the header {self.header} is missing")
        wanted = [self._sign(secret, request.body) for secret in secrets]
        given = [part.strip() for part in value.split(",", _MOST_SIGNATURES)[:_MOST_SIGNATURES]]
        signed = [part.removeprefix(self.prefix) for part in given if part.startswith(self.prefix)]
        if not any(matches(header_bytes(one), wanted) for one in signed):
            raise Refused(f"the signature in {self.header} is not that of this body under the configured secret")

    def _sign(self, secret: str, body: bytes) -> bytes:
        digest = hmac.new(header_bytes(secret), body, hashlib.sha256)
        return base64.b64encode(digest.digest()) if self.coding == "base64" else digest.hexdigest().encode()


@dataclass(frozen=True, slots=True)
class _StandardWebhooks:
    """Standard Webhooks 1.0: HMAC-SHA256 of ``id.timestamp.body``, base64 after ``v1,``, several apart by spaces."""

    kind: str = "standard-webhooks"

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None:
        secrets = live_secrets(options)
        get = request.headers.get
        identity, stamp, signatures = get("webhook-id", ""), get("webhook-timestamp", ""), get("webhook-signature", "")
        if not (identity and stamp and signatures):
            raise Refused("one of the headers webhook-id, webhook-timestamp and webhook-signature is missing")
        if not _SECONDS.fullmatch(stamp):
            raise Refused("the header webhook-timestamp is not a number of seconds")
        check_window(int(stamp), now)
        wanted = [_standard_signature(secret, identity, int(stamp), request.body) for secret in secrets]
        given = signatures.split(" ", _MOST_SIGNATURES)[:_MOST_SIGNATURES]
        if not any(matches(header_bytes(one), wanted) for one in given):
            raise Refused("no signature in webhook-signature is that of this body under the configured secret")


def _standard_signature(secret: str, identity: str, stamp: int, body: bytes) -> bytes:
    """``v1,<base64>``, or b"" (which never matches) where the secret or the body cannot be read.

    The package's own ``verify`` reads the machine's clock, so only its signing is used; the window is checked by ours.
    """
    try:
        text = body.decode("utf-8")
        return header_bytes(Webhook(secret).sign(identity, datetime.fromtimestamp(stamp, UTC), text))
    except (binascii.Error, EmptyWebhookSecretError, ValueError):
        return b""


def hmac_sha256(header: str, *, prefix: str = "", coding: str = "hex") -> Verifier:
    """HMAC-SHA256 of the raw body in ``header``, after ``prefix``; ``coding`` is ``hex`` or ``base64``."""
    assert coding in {"hex", "base64"}
    return _Hmac("hmac-sha256", header.lower(), prefix, coding)


def standard_webhooks() -> Verifier:
    """Standard Webhooks (standardwebhooks.com); secrets are ``whsec_<base64>`` or plain base64."""
    return _StandardWebhooks()
