"""Links that open the page on which a button's act is confirmed: the offer and an end, signed with a key of ours.

A link is no identity and decides nothing: whoever opens it must be signed in, and press.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

_PURPOSE = b"suture press link 1\0"  # so that the key could never sign anything else
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class PressLink:
    """What a link states: which button, and until when it opens."""

    offer: str
    until: datetime

    def is_over(self, now: datetime) -> bool:
        return now >= self.until


def sign(key: bytes, link: PressLink) -> str:
    """The link as one word that may stand in an address: ``OFFER.SECONDS.SIGNATURE``."""
    stated = f"{link.offer}.{int(link.until.timestamp())}"
    return f"{stated}.{_signature(key, stated)}"


def read(key: bytes, word: str) -> PressLink | None:
    """What the link states, or None when it is not one of ours: cut, changed, or signed with another key."""
    stated, _, signature = word.rpartition(".")
    if len(word) > _LONGEST or not word.isascii() or not hmac.compare_digest(signature, _signature(key, stated)):
        return None
    offer, _, seconds = stated.rpartition(".")
    return PressLink(offer, datetime.fromtimestamp(int(seconds), UTC))


def _signature(key: bytes, stated: str) -> str:
    digest = hmac.new(key, _PURPOSE + stated.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
