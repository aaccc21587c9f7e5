"""What a provider says of itself, at the one address that follows from the configured issuer (OIDC Discovery 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.contract.failure import NeedsHuman
from connectors.oidc.asking import check_endpoint

ALGORITHMS = ("RS256", "ES256")  # signatures we accept; never none, never a shared secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """The provider's addresses; "" for one it does not offer."""

    authorize: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    says_issuer: bool  # its answers name it, so that one without is refused (RFC 9207)
    basic: bool  # the client secret goes into the header; else into the form


def address_of(issuer: str) -> str:
    """Where its document lies: OIDC Discovery 1.0, 4.1."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def read_discovery(found: Mapping[str, Any], issuer: str) -> Discovery:
    """The document, checked. Raises NeedsHuman where it is another issuer's or lacks what we need."""
    if found.get("issuer") != issuer:
        raise NeedsHuman(f"the provider at {issuer} calls itself otherwise; write console.oidc.issuer as it does")
    _offers(found, "code_challenge_methods_supported", {"S256"}, "PKCE with S256", issuer)
    _offers(found, "id_token_signing_alg_values_supported", set(ALGORITHMS), " or ".join(ALGORITHMS), issuer)
    _offers(found, "response_types_supported", {"code"}, "the authorization code flow", issuer)
    ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Discovery(
        authorize=check_endpoint(found.get("authorization_endpoint"), issuer, "authorization_endpoint"),
        token=check_endpoint(found.get("token_endpoint"), issuer, "token_endpoint"),
        keys=check_endpoint(found.get("jwks_uri"), issuer, "jwks_uri"),
        userinfo=_optional(found, "userinfo_endpoint", issuer),
        end_session=_optional(found, "end_session_endpoint", issuer),
        says_issuer=found.get("authorization_response_iss_parameter_supported") is True,
        basic="client_secret_basic" in ways,
    )


def _optional(found: Mapping[str, Any], key: str, issuer: str) -> str:
    return check_endpoint(found[key], issuer, key) if found.get(key) else ""


def _offers(found: Mapping[str, Any], key: str, wanted: set[str], words: str, issuer: str) -> None:
    """A list it does not give says nothing against it."""
    offered = found.get(key)
    if isinstance(offered, list) and wanted.isdisjoint(each for each in offered if isinstance(each, str)):
        raise NeedsHuman(f"the sign-in provider {issuer} does not offer {words}, which Suture needs")
