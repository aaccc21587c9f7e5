"""What tells two findings of one rule in one file apart, without their lines: the code, the secret, or their order."""

from __future__ import annotations

import hashlib
from collections import Counter


def code_print(code: str) -> str:
    """A digest of a piece of code, blind to white space; "" of none."""
    bare = "".join(code.split())
    return hashlib.sha256(bare.encode()).hexdigest()[:16] if bare else ""


def secret_print(secret: str) -> str:
    """24 bits of a digest of a secret, or of what tells it; "" of none.

    Enough to tell two secrets of one file apart, and too few to find a weak one by trying words: hundreds of any large
    list of passwords have the same.
    """
    return hashlib.sha256(secret.encode()).hexdigest()[:6] if secret else ""


class Equals:
    """Which of several equal ones it is, in the report's order."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, ...]] = Counter()

    def number(self, *key: str) -> str:
        """``1`` for the first of this key, ``2`` for the second …"""
        self._seen[key] += 1
        return str(self._seen[key])

    def further(self, *key: str) -> str:
        """The same, but "" for the first: as other tools tell a place of which they know one only."""
        number = self.number(*key)
        return "" if number == "1" else number
