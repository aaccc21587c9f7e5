"""Verifiers for senders that sign the raw body with a shared secret."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from connectors.contract.failure import Refused
from connectors.contract.source import Incoming, Keys, SourceOptions, Verifier
from connectors.signing.secrets import check_window, header_bytes, live_secrets, matches
from connectors.times import read_time

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_MOST_SIGNATURES = 8
_LONGEST_TIME = 40


@dataclass(frozen=True, slots=True)
class HmacSignature:
    """An HMAC in one header, several signatures allowed, separated by commas.

    ``parts`` are what is signed, with ``delimiter`` between: ``body``, ``timestamp`` (as sent), ``header:<name>``.
    """

    kind: str
    header: str
    algorithm: str = "sha256"
    prefix: str = ""
    coding: str = "hex"
    parts: tuple[str, ...] = ("body",)
    delimiter: str = ""
    timestamp: str = ""  # the header that says when; "" is that none does, and then nothing is ever stale

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None:
        secrets = live_secrets(options)
        value = request.headers.get(self.header, "").strip()
        if not value:
            raise Refused(f"the header {self.header} is missing")
        if self.timestamp:
            check_window(_moment(request.headers.get(self.timestamp, ""), self.timestamp), now)
        signed = self._signed(request)
        wanted = [self._sign(secret, signed) for secret in secrets]
        given = [part.strip() for part in value.split(",", _MOST_SIGNATURES)[:_MOST_SIGNATURES]]
        usable = [part.removeprefix(self.prefix) for part in given if part.startswith(self.prefix)]
        if not any(matches(header_bytes(one), wanted) for one in usable):
            raise Refused(f"the signature in {self.header} is not that of this body under the configured secret")

    def _signed(self, request: Incoming) -> bytes:
        held = [self._part(part, request) for part in self.parts]
        return header_bytes(self.delimiter).join(held)

    def _part(self, part: str, request: Incoming) -> bytes:
        if part == "body":
            return request.body
        name = self.timestamp if part == "timestamp" else part.removeprefix("header:")
        if name not in request.headers:
            raise Refused(f"the header {name} is missing")
        return header_bytes(request.headers[name])

    def _sign(self, secret: str, signed: bytes) -> bytes:
        digest = hmac.new(header_bytes(secret), signed, self.algorithm)
        return base64.b64encode(digest.digest()) if self.coding == "base64" else digest.hexdigest().encode()


def _moment(text: str, header: str) -> float:
    """Epoch seconds of a header that holds seconds, milliseconds or ISO 8601."""
    try:
        moment = read_time(text) if 0 < len(text) <= _LONGEST_TIME and text.isascii() else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Refused(f"the header {header} is no time")
    return moment.timestamp()


@dataclass(frozen=True, slots=True)
class StandardWebhooks:
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


def hmac_signature(
    header: str,
    *,
    algorithm: str = "sha256",
    prefix: str = "",
    coding: str = "hex",
    parts: tuple[str, ...] = ("body",),
    delimiter: str = "",
    timestamp: str = "",
) -> Verifier:
    """An HMAC (``sha256`` or ``sha512``) in ``header`` after ``prefix``, as ``hex`` or ``base64``.

    ``parts`` and ``delimiter`` say what is signed, ``("timestamp", "body")`` and ``"."`` for instance; ``timestamp`` is
    the header that says when, and must be within five minutes of now.
    """
    assert coding in {"hex", "base64"}
    assert algorithm in {"sha256", "sha512"}
    assert "body" in parts
    assert timestamp or "timestamp" not in parts
    lower = tuple(part.lower() for part in parts)
    kind = f"hmac-{algorithm}"
    return HmacSignature(kind, header.lower(), algorithm, prefix, coding, lower, delimiter, timestamp.lower())


def hmac_sha256(header: str, *, prefix: str = "", coding: str = "hex") -> Verifier:
    """HMAC-SHA256 of the raw body in ``header``, after ``prefix``; ``coding`` is ``hex`` or ``base64``."""
    return hmac_signature(header, prefix=prefix, coding=coding)


def standard_webhooks() -> Verifier:
    """Standard Webhooks (standardwebhooks.com); secrets are ``whsec_<base64>`` or plain base64."""
    return StandardWebhooks()
