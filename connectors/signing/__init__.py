"""How a source proves that it is who it says: verifiers over the raw bytes, before anything is parsed."""

from __future__ import annotations

from connectors.signing.hmacs import hmac_sha256, standard_webhooks
from connectors.signing.prove import is_configured, verify
from connectors.signing.sns import aws_sns
from connectors.signing.tokens import basic, bearer, query_token, static_header

__all__ = [
    "aws_sns",
    "basic",
    "bearer",
    "hmac_sha256",
    "is_configured",
    "query_token",
    "standard_webhooks",
    "static_header",
    "verify",
]
