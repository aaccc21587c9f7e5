"""Is it Slack? The v0 signature over the raw bytes, checked before anything reads them.

slack_sdk's own verifier raises on a timestamp that is no number, a signature that is not ASCII and a body that is not
UTF-8; here everything that is not right is Refused (docs.slack.dev/authentication/verifying-requests-from-slack).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.contract.failure import Refused
from connectors.signing.secrets import check_window, header_bytes, matches

_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def prove(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """Raises Refused, and nothing else, unless one of ``secrets`` signed these bytes within five minutes of ``now``."""
    stamp = headers.get("x-slack-request-timestamp", "")
    if not _TIMESTAMP.fullmatch(stamp):
        raise Refused("X-Slack-Request-Timestamp is missing or no number")
    check_window(float(stamp), now)
    given = header_bytes(headers.get("x-slack-signature", ""))
    signed = b"v0:" + stamp.encode() + b":" + body
    wanted = [_signature(secret, signed) for secret in secrets if secret.strip()]
    if not matches(given, wanted):
        raise Refused("X-Slack-Signature does not match the body")


def _signature(secret: str, signed: bytes) -> bytes:
    return b"v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()
