"""One configured provider: where to send a person to sign in, what the code they bring back is worth, and signing out.

Rules: OpenID Connect Core 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700 (best current practice).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from connectors.contract.failure import NeedsHuman, Refused
from connectors.contract.profile import Profile
from connectors.oidc.asking import get_json, post_form
from connectors.oidc.discovery import Discovery, address_of, read_discovery
from connectors.oidc.id_token import check_id_token
from connectors.oidc.key_set import Key, KeySet
from connectors.text import clean

_FRESH = timedelta(hours=1)
_MOST_GROUPS = 1_000
_LEEWAY = 60  # seconds that their clock may be ahead of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcOptions:
    """``issuer`` exactly as the provider calls itself; ``redirect_uri`` exactly as it is registered there."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scopes: tuple[str, ...]
    groups_claim: str


class OidcProvider:
    """Everything we ever ask of it. ``client`` is its own, so that no cookie goes elsewhere; ``clock`` tells UTC."""

    def __init__(self, options: OidcOptions, client: httpx2.AsyncClient, clock: Callable[[], datetime]) -> None:
        self._options, self._client, self._clock = options, client, clock
        self._keys = KeySet(client, clock)
        self._found: tuple[Discovery, datetime] | None = None  # and when it was read

    async def close(self) -> None:
        """Let go of the network."""
        await self._client.aclose()

    @property
    def issuer(self) -> str:
        return self._options.issuer

    async def sign_in_address(self, *, state: str, nonce: str, verifier: str, max_age: timedelta | None = None) -> str:
        """Where the person's browser goes; with ``max_age`` they prove there anew who they are.

        Raises Retriable, Refused or NeedsHuman as the provider's document does."""
        asked = {
            "response_type": "code",
            "client_id": self._options.client_id,
            "redirect_uri": self._options.redirect_uri,
            "scope": " ".join(self._options.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        if max_age is not None:  # OpenID Connect Core 1.0, 3.1.2.1: the answer must say when that was
            asked |= {"prompt": "login", "max_age": str(int(max_age.total_seconds()))}
        return _with_query((await self._discovery()).authorize, asked)

    async def check_answer(self, issuer: str | None) -> None:
        """Raise Refused where the answer names another issuer, or none though the provider says it does (RFC 9207)."""
        if issuer != self.issuer and (issuer is not None or (await self._discovery()).says_issuer):
            raise Refused("the answer is not from the provider that was asked")

    async def profile(self, *, code: str, nonce: str, verifier: str, max_age: timedelta | None = None) -> Profile:
        """Who brings that code; with ``max_age`` only if they proved who they are so lately.

        Raises Refused (it proves nobody), Retriable, or NeedsHuman (we are not let in)."""
        found = await self._discovery()
        answer = await self._redeem(found, code, verifier)
        token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str) or not isinstance(access_token, str):
            raise Refused("the provider sent no ID token")
        claims = await self._claims(found, token, nonce, access_token)
        signed_in_at = self._signed_in_at(claims, max_age)
        known = await self._completed(found, claims, access_token)
        return self._profile(known, token, signed_in_at)

    async def sign_out_address(self, id_token: str, return_to: str) -> str:
        """Where signing out at the provider happens, "" where it offers none (RP-Initiated Logout 1.0)."""
        found = await self._discovery()
        asked = {"client_id": self._options.client_id, "post_logout_redirect_uri": return_to}
        hint = {"id_token_hint": id_token} if id_token else {}
        return _with_query(found.end_session, asked | hint) if found.end_session else ""

    async def _discovery(self) -> Discovery:
        """Without a lock: a provider that hangs must not make people wait for each other."""
        found, now = self._found, self._clock()
        if found is None or now - found[1] >= _FRESH:
            document = await get_json(self._client, address_of(self.issuer))
            found = self._found = (read_discovery(document, self.issuer), now)
        return found[0]

    async def _redeem(self, found: Discovery, code: str, verifier: str) -> Mapping[str, Any]:
        """The token endpoint's answer; RFC 6749, 2.3.1 wants id and secret form-encoded within the header."""
        client, secret = self._options.client_id, self._options.client_secret
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._options.redirect_uri,
            "code_verifier": verifier,
        }
        auth = (quote(client, safe=""), quote(secret, safe="")) if found.basic else None
        fields |= {} if found.basic else {"client_id": client, "client_secret": secret}
        status, answer = await post_form(self._client, found.token, fields, auth)
        if status == 200:
            return answer
        error = clean(str(answer.get("error", "")), 60)
        if error in ("invalid_client", "unauthorized_client"):
            raise NeedsHuman(f"the provider does not know us ({error}): check console.oidc.client_id and client_secret")
        raise Refused(f"the provider refused the code ({error or status})")

    async def _claims(self, found: Discovery, token: str, nonce: str, access_token: str) -> Mapping[str, Any]:
        async def key(kid: str) -> Key:
            return await self._keys.key(found.keys, kid)

        return await check_id_token(
            token,
            issuer=self.issuer,
            client_id=self._options.client_id,
            nonce=nonce,
            access_token=access_token,
            now=self._clock(),
            key=key,
        )

    async def _completed(self, found: Discovery, claims: Mapping[str, Any], access_token: str) -> Mapping[str, Any]:
        """The claims, with what only userinfo tells; it must speak of the same subject (OIDC Core 1.0, 5.3.2)."""
        wanted = {"email", self._options.groups_claim}
        if not found.userinfo or wanted <= claims.keys():
            return claims
        more = await get_json(self._client, found.userinfo, bearer=access_token)
        if more.get("sub") != claims["sub"]:
            raise Refused("the provider's userinfo speaks of somebody else")
        return _email_together(more, claims) | {**claims}

    def _signed_in_at(self, claims: Mapping[str, Any], max_age: timedelta | None) -> datetime | None:
        """``auth_time`` of the ID token: there and young enough where ``max_age`` was asked for (Core 1.0, 2)."""
        told, now = claims.get("auth_time"), self._clock()
        known = isinstance(told, int | float) and not isinstance(told, bool) and 0 < told < now.timestamp() + _LEEWAY
        at = min(datetime.fromtimestamp(told, UTC), now) if known and told is not None else None
        if max_age is not None and (at is None or now - at > max_age):
            raise Refused("the provider did not have you sign in again, or does not say when you did")
        return at

    def _profile(self, claims: Mapping[str, Any], token: str, signed_in_at: datetime | None) -> Profile:
        email, groups = claims.get("email"), claims.get(self._options.groups_claim)
        listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        return Profile(
            issuer=self.issuer,
            subject=claims["sub"],
            email=email if isinstance(email, str) else "",
            email_verified=claims.get("email_verified") is True,
            groups=tuple(each for each in listed[:_MOST_GROUPS] if isinstance(each, str)),
            signed_in_at=signed_in_at,
            id_token=token,
        )


def _email_together(more: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
    """Userinfo without its word on an address that the ID token named: what verified one says nothing of another."""
    told = ("email", "email_verified") if "email" in claims else ()
    return {name: value for name, value in more.items() if name not in told}


def _with_query(address: str, fields: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}"
