"""The live secrets of a source and how anything is compared with them: constant time, on bytes, an empty one never."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime

from connectors.contract.failure import Refused
from connectors.contract.source import SourceOptions

LIVE = 2  # the present secret and, while it is being rotated, the one before
WINDOW = 300.0  # seconds a signed time may differ from ours (Standard Webhooks)


def live_secrets(options: SourceOptions) -> tuple[str, ...]:
    """The secrets that count. Raises Refused when none is configured."""
    live = tuple(secret for secret in options.secrets[:LIVE] if secret.strip())
    if not live:
        raise Refused("no secret is configured for this source")
    return live


def matches(given: bytes, wanted: Sequence[bytes]) -> bool:
    """Whether ``given`` is one of ``wanted``. All are compared, so that time tells nothing; empty never matches."""
    found = [hmac.compare_digest(given, one) for one in wanted if one]
    return bool(given) and any(found)


def header_bytes(value: str) -> bytes:
    """A header's text as bytes, whatever is in it: frameworks hand headers over as latin-1 text."""
    return value.encode("utf-8", "surrogatepass")


def check_window(moment: float, now: datetime, window: float = WINDOW) -> None:
    """Raise Refused when ``moment`` (epoch seconds) is further than ``window`` seconds from ``now``, either way."""
    difference = now.timestamp() - moment
    if not abs(difference) <= window:
        side = "old" if difference > 0 else "far in the future"
        raise Refused(f"the signed time is too {side}: {abs(difference):.0f} s away, {window:.0f} s are allowed")
