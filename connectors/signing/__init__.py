"""How a source proves that it is who it says: verifiers over the raw bytes, before anything is parsed."""

from __future__ import annotations

from connectors.signing.challenges import echo_header, echo_query, pings, web_hook_origin
from connectors.signing.hmacs import hmac_sha256, hmac_signature, standard_webhooks
from connectors.signing.oidc import entra_oidc, google_oidc
from connectors.signing.prove import is_configured, verify
from connectors.signing.sns import aws_sns
from connectors.signing.tokens import basic, bearer, path_token, query_token, static_header

__all__ = [
    "aws_sns",
    "basic",
    "bearer",
    "echo_header",
    "echo_query",
    "entra_oidc",
    "google_oidc",
    "hmac_sha256",
    "hmac_signature",
    "is_configured",
    "path_token",
    "pings",
    "query_token",
    "standard_webhooks",
    "static_header",
    "verify",
    "web_hook_origin",
]
