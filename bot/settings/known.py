"""What the connectors offer, as far as checking a configuration needs it: ids of sources and fixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """``sources`` is each source's id with the kinds of its verifiers; None leaves the names unchecked."""

    sources: Mapping[str, tuple[str, ...]] | None = None
    fixes: frozenset[str] | None = None


# Verifiers that check the vendor's own signature: they need a list of who may send, not a secret shared with us.
WITHOUT_SECRET = frozenset({"aws-sns", "google-oidc", "oidc", "entra-jwt"})
