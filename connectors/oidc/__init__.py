"""Signing in at a company's OpenID Connect provider: discovery, the authorization code with PKCE, the ID token."""

from connectors.oidc.provider import OidcOptions, OidcProvider

__all__ = ["OidcOptions", "OidcProvider"]
