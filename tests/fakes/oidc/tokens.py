"""The ID token of a grant, with whatever was ordered to be wrong with it."""

from __future__ import annotations

from typing import Any

from tests.fakes.oidc.signing import SigningKey, half_hash
from tests.fakes.oidc.state import CLIENT_ID, CLIENT_SECRET, Grant, Provider

_LIFE = 300


def id_token(provider: Provider, grant: Grant, access_token: str) -> str:
    claims = _claims(provider, grant, access_token)
    key = provider.keys[0]
    if provider.strike("alg_none"):
        return key.sign(claims, algorithm="none", private=None)
    if provider.strike("alg_hs256"):
        return key.sign(claims, algorithm="HS256", private=CLIENT_SECRET)
    if provider.strike("alg_rs512"):
        return SigningKey.made(key.kid, "RS256").sign(claims, algorithm="RS512")
    if provider.strike("unknown_kid"):
        return key.sign(claims, kid="a-key-nobody-published")
    if provider.strike("no_kid"):
        return key.sign(claims, kid=None)
    if provider.strike("other_key"):
        return SigningKey.made(key.kid, key.algorithm).sign(claims)
    return "not.a.token" if provider.strike("not_a_token") else key.sign(claims)


def person_claims(provider: Provider, who: str) -> dict[str, Any]:
    """What the scopes email, profile and groups tell of a person."""
    return {"name": who.title(), **provider.people[who]}


def _claims(provider: Provider, grant: Grant, access_token: str) -> dict[str, Any]:
    now = int(provider.seconds())
    known = person_claims(provider, grant.who)
    claims = {"sub": known["sub"]} if provider.claims_in_userinfo else known
    claims |= {"iss": provider.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + _LIFE, "nonce": grant.nonce}
    claims |= {"at_hash": half_hash(access_token)}
    if grant.max_age:  # OpenID Connect Core 1.0, 2: required then
        claims |= {"auth_time": int(provider.signed_in_at if provider.signed_in_at is not None else now)}
    return _spoilt(provider, claims, now)


def _spoilt(provider: Provider, claims: dict[str, Any], now: int) -> dict[str, Any]:
    wrong: dict[str, dict[str, Any]] = {
        "wrong_issuer": {"iss": "https://another.example.com"},
        "wrong_audience": {"aud": "another-client"},
        "second_audience": {"aud": [CLIENT_ID, "another-client"]},
        "wrong_azp": {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
        "expired": {"iat": now - 2 * _LIFE, "exp": now - _LIFE},
        "issued_in_the_future": {"iat": now + 3600, "exp": now + 7200},
        "wrong_nonce": {"nonce": "of another attempt"},
        "no_nonce": {"nonce": None},
        "no_auth_time": {"auth_time": None},
        "wrong_at_hash": {"at_hash": half_hash("another access token")},
        "no_subject": {"sub": None},
    }
    for fault, changes in wrong.items():
        if provider.strike(fault):
            claims = {name: value for name, value in (claims | changes).items() if value is not None}
    return claims
