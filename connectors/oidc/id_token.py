"""The ID token: its signature by the provider's own key, then every rule of OpenID Connect Core 1.0, 3.1.3.7.

joserfc checks the signature and Authlib the claims, at a time that we give them: PyJWT, which we have anyway, reads the
machine's clock, and knows neither nonce nor azp nor at_hash.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core.claims import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError

from connectors.contract.failure import Refused
from connectors.oidc.discovery import ALGORITHMS
from connectors.oidc.key_set import Key

_LEEWAY = 60  # seconds between their clock and ours
_LONGEST = 64 * 1024
_TEXTS = ("iss", "sub", "nonce", "azp", "at_hash")


async def check_id_token(
    token: str,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
    now: datetime,
    key: Callable[[str], Awaitable[Key]],
) -> Mapping[str, Any]:
    """Its claims. Raises Refused naming the rule it breaks, or whatever ``key`` raises."""
    header = _header(token)
    signing = await key(header["kid"])
    try:
        claims = jwt.decode(token, signing, algorithms=list(ALGORITHMS)).claims
    except (JoseError, ValueError):
        raise Refused("the ID token's signature is not the provider's") from None
    if any(name in claims and not isinstance(claims[name], str) for name in _TEXTS):
        raise Refused("the ID token's claims are not of the types they should be")
    options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    try:
        CodeIDToken(claims, header, options, params).validate(now=int(now.timestamp()), leeway=_LEEWAY)
    except (JoseError, TypeError) as problem:
        claim = getattr(problem, "claim", "") or getattr(problem, "description", "") or type(problem).__name__
        raise Refused(f"the ID token is not one for us, now ({claim})") from None
    if not claims["sub"]:
        raise Refused("the ID token names nobody")
    return claims


def _header(token: str) -> dict[str, Any]:
    """What it says it is signed with, before anything is believed of it."""
    if len(token) > _LONGEST:
        raise Refused("the ID token is longer than any should be")
    try:
        header = dict(jws.extract_compact(token.encode()).headers())
    except (JoseError, ValueError):
        raise Refused("what the provider sent as ID token is none") from None
    if header.get("alg") not in ALGORITHMS:
        raise Refused(f"the ID token is not signed with {' or '.join(ALGORITHMS)}")
    if not isinstance(header.get("kid"), str):
        raise Refused("the ID token does not name its key")
    return header
