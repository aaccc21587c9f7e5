"""What a company's sign-in says of whoever signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A checked ID token's claims, with what the provider's userinfo added."""

    issuer: str
    subject: str  # the issuer's own id of the person: never given to anybody else (OpenID Connect Core 1.0, 2)
    email: str = ""
    email_verified: bool = False
    groups: tuple[str, ...] = ()
    signed_in_at: datetime | None = None  # auth_time: when they really did, which may be long ago; None: untold
    id_token: str = field(default="", repr=False)  # signing out at the provider asks for it
