"""What the fake provider holds: one client, the people, the codes it gave out, and what is to go wrong."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.oidc.signing import SigningKey

CLIENT_ID, CLIENT_SECRET = "suture", "fake client secret: with/odd&characters"

# What a test may order for the next ID token or answer.
FAULTS = (
    "wrong_issuer",
    "wrong_audience",
    "second_audience",
    "wrong_azp",
    "expired",
    "issued_in_the_future",
    "wrong_nonce",
    "no_nonce",
    "no_auth_time",
    "no_prompt",
    "wrong_at_hash",
    "no_subject",
    "alg_none",
    "alg_hs256",
    "alg_rs512",
    "unknown_kid",
    "no_kid",
    "other_key",
    "no_id_token",
    "not_a_token",
    "userinfo_of_another",
    "answer_of_another_issuer",
    "answer_without_issuer",
    "server_error",
)


@dataclass
class Grant:
    """What a code is worth: once, for this client, this address and whoever knows the verifier."""

    who: str
    nonce: str
    redirect_uri: str
    challenge: str
    max_age: bool = False  # the client asked how old the sign-in is
    used: bool = False


@dataclass
class Provider:
    """``offset`` moves its clock; ``who`` is the person at the browser, "" for one who declines."""

    issuer: str
    redirect_uris: tuple[str, ...] = ()
    post_logout_uris: tuple[str, ...] = ()
    keys: list[SigningKey] = field(default_factory=list)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    who: str = ""
    grants: dict[str, Grant] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)  # access token -> who
    faults: list[str] = field(default_factory=list)
    now: float | None = None  # epoch seconds; None: the machine's
    signed_in_at: float | None = None  # when whoever is at the browser signed in; prompt=login makes it now
    claims_in_userinfo: bool = False  # e-mail and groups only there
    document: dict[str, Any] = field(default_factory=dict)  # what the discovery document says otherwise
    signed_out: list[dict[str, str]] = field(default_factory=list)

    def seconds(self) -> float:
        """Its clock, in epoch seconds."""
        return self.now if self.now is not None else time.time()

    def strike(self, fault: str) -> bool:
        """Whether that is to go wrong now; each order is for one time."""
        if fault in self.faults:
            self.faults.remove(fault)
            return True
        return False
