"""Bearer tokens that a cloud's identity service signs: Google's for Pub/Sub push, Entra's for Azure's secure webhooks.

Rules: Google Cloud, "Authenticate push requests"; Microsoft, "Access token claims reference". Who may send and for whom
the token was made (``aud``) are both the administrator's words, in ``allow``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from connectors.contract.failure import Refused
from connectors.contract.source import Incoming, Keys, SourceOptions, Verifier

GOOGLE_KEYS = "https://www.googleapis.com/oauth2/v3/certs"
ENTRA_KEYS = "https://login.microsoftonline.com/common/discovery/keys"
_LEEWAY = 60  # seconds between their clock and ours
_LONGEST = 16_384
_TENANT = re.compile(
    r"https://(?:sts\.windows\.net/([0-9a-f-]{36})/|login\.microsoftonline\.com/([0-9a-f-]{36})/v2\.0)"
)


@dataclass(frozen=True, slots=True)
class SignedToken:
    """``Authorization: Bearer`` and a JWT. ``allow`` must name its audience, and each claim of ``who`` that it has."""

    kind: str
    keys_at: str
    issuers: tuple[str, ...]  # exact; () is Entra's, whose tenant must be in ``allow``
    who: tuple[str, ...]  # the claims of which the first that is there says who sends

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None:
        allow = frozenset(entry.strip() for entry in options.allow if entry.strip())
        if not allow:
            raise Refused("this source's allow list names neither an audience nor a sender")
        token = _token(request)
        kid = _key_id(token)  # before anything is fetched: what is no token costs its issuer nothing
        claims = _claims(token, _key(await keys.jwks(self.keys_at, kid), kid))
        _check_times(claims, now)
        self._check_issuer(claims, allow)
        audiences = claims.get("aud")
        if not isinstance(audiences, str) or audiences not in allow:
            raise Refused("the token was made for another audience than those in this source's allow list")
        self._check_sender(claims, allow)

    def _check_issuer(self, claims: Mapping[str, Any], allow: frozenset[str]) -> None:
        issuer = claims.get("iss")
        if self.issuers:
            if issuer not in self.issuers:
                raise Refused("the token is of another issuer")
            return
        found = _TENANT.fullmatch(issuer) if isinstance(issuer, str) else None
        if found is None or (found.group(1) or found.group(2)) not in allow:
            raise Refused("the token is of a tenant that is not in this source's allow list")

    def _check_sender(self, claims: Mapping[str, Any], allow: frozenset[str]) -> None:
        if "email" in self.who and claims.get("email_verified") is not True:
            raise Refused("the token's e-mail is not verified")
        sender = next((claims[name] for name in self.who if name in claims), None)
        if not isinstance(sender, str) or sender not in allow:
            raise Refused("the token names a sender that is not in this source's allow list")


def _token(request: Incoming) -> str:
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > _LONGEST or not token.isascii():
        raise Refused("the header authorization holds no signed token")
    return token


def _key_id(token: str) -> str:
    """The key's id, of a token that says it is signed with RS256."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError):
        raise Refused("the header authorization holds no signed token") from None
    if header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
        raise Refused("the token is not signed with RS256 under a named key")
    return str(header["kid"])


def _key(key_set: Mapping[str, Any], kid: str) -> RSAKey:
    listed = [one for one in key_set.get("keys", ()) if isinstance(one, dict) and one.get("kid") == kid]
    try:
        return RSAKey.import_key(next(one for one in listed if one.get("kty") == "RSA"))
    except (JoseError, ValueError, StopIteration):
        raise Refused("the token is signed with a key that its issuer does not publish") from None


def _claims(token: str, key: RSAKey) -> Mapping[str, Any]:
    try:
        return dict(jwt.decode(token, key, algorithms=["RS256"]).claims)
    except (JoseError, ValueError, TypeError):
        raise Refused("the token's signature is not its issuer's") from None


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    moment = now.timestamp()
    until, since = claims.get("exp"), claims.get("nbf", claims.get("iat"))
    if type(until) is not int or until + _LEEWAY < moment:
        raise Refused("the token has expired, or does not say when it does")
    if type(since) is not int or since - _LEEWAY > moment:
        raise Refused("the token is not valid yet, or does not say since when")


def google_oidc() -> Verifier:
    """Pub/Sub push: ``allow`` names the push subscription's audience and its service account's e-mail."""
    return SignedToken("oidc", GOOGLE_KEYS, ("https://accounts.google.com", "accounts.google.com"), ("email",))


def entra_oidc() -> Verifier:
    """Azure's secure webhook: ``allow`` names tenant, audience and the sender's client id."""
    return SignedToken("oidc", ENTRA_KEYS, (), ("azp", "appid"))
