"""One attempt to sign in at the provider, bound to one browser: nothing of it is kept on our side.

State, nonce and PKCE verifier all follow from one secret in that browser's cookie, so an answer that some other browser
began, or that a stranger made up, cannot fit (RFC 9700, 4.7).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.web.console_way_back import is_our_page

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Attempt:
    """``to`` is the page that was asked for; ``until`` is in epoch seconds; ``again``: they are to prove anew who they
    are."""

    secret: str = field(repr=False)
    until: int
    to: str
    again: bool = False

    @classmethod
    def begun(cls, secret: str, now: datetime, to: str, *, again: bool = False) -> Attempt:
        return cls(secret, int((now + LASTS).timestamp()), to if is_our_page(to) else "/", again)

    @classmethod
    def read(cls, cookie: str, now: datetime) -> Attempt | None:
        """The attempt of that cookie; None when there is none, or it took too long."""
        until, _, rest = cookie.partition(".")
        secret, _, rest = rest.partition(".")
        to, _, again = rest.partition(".")
        if not (until.isascii() and until.isdecimal() and len(until) < 12 and secret) or int(until) <= now.timestamp():
            return None
        try:
            page = urlsafe_b64decode(to.encode()).decode("ascii")
        except ValueError:
            return None
        return cls(secret, int(until), page if is_our_page(page) else "/", bool(again))

    @property
    def cookie(self) -> str:
        return (
            f"{self.until}.{self.secret}.{urlsafe_b64encode(self.to.encode()).decode()}{'.again' if self.again else ''}"
        )

    @property
    def state(self) -> str:
        return self._derived("state")

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """43 characters of base64url, as RFC 7636, 4.1 recommends."""
        return self._derived("verifier")

    def fits(self, state: str) -> bool:
        """Whether an answer belongs to this attempt; compared in constant time."""
        return hmac.compare_digest(state.encode("utf-8", "surrogatepass"), self.state.encode())

    def _derived(self, what: str) -> str:
        said = f"{what} {self.until} {self.to}{' again' if self.again else ''}".encode()
        digest = hmac.new(self.secret.encode("utf-8", "surrogatepass"), said, hashlib.sha256).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()
