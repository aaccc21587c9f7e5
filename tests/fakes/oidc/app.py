"""Its endpoints, as strict as the specifications allow: exact redirect URIs, codes used once, PKCE checked."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import unquote_plus, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tests.fakes.oidc.state import CLIENT_ID, CLIENT_SECRET, Grant, Provider
from tests.fakes.oidc.tokens import id_token, person_claims


def routes(provider: Provider) -> APIRouter:
    router = APIRouter()

    @router.get("/.well-known/openid-configuration")
    async def discovery() -> Response:
        if provider.strike("server_error"):
            return Response("down", 500)
        return JSONResponse(_document(provider.issuer) | provider.document)

    @router.get("/keys")
    async def keys() -> dict[str, Any]:
        published = [key.public() for key in provider.keys]
        symmetric = {"kty": "oct", "kid": "shared", "k": base64.urlsafe_b64encode(CLIENT_SECRET.encode()).decode()}
        return {"keys": [*published, symmetric, {"kty": "AKP", "kid": "of-tomorrow"}]}

    @router.get("/authorize")
    async def authorize(request: Request) -> Response:
        return _authorize(provider, dict(request.query_params))

    @router.post("/token")
    async def token(request: Request) -> Response:
        fields = {name: str(value) for name, value in (await request.form()).items()}
        return _token(provider, request.headers.get("authorization", ""), fields)

    @router.get("/userinfo")
    async def userinfo(request: Request) -> Response:
        who = provider.access.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if who is None:
            return JSONResponse({"error": "invalid_token"}, 401)
        wrong = {"sub": "somebody-else"} if provider.strike("userinfo_of_another") else {}
        return JSONResponse(person_claims(provider, who) | wrong)

    @router.get("/logout")
    async def logout(request: Request) -> Response:
        asked = dict(request.query_params)
        if asked.get("post_logout_redirect_uri") not in provider.post_logout_uris or not asked.get("id_token_hint"):
            return HTMLResponse("not a registered address, or no id_token_hint", 400)
        provider.signed_out.append(asked)
        return RedirectResponse(asked["post_logout_redirect_uri"], 302)

    return router


def _document(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "end_session_endpoint": f"{issuer}/logout",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": True,
    }


def _authorize(provider: Provider, asked: dict[str, str]) -> Response:
    """A wrong client or address is told to the person, never by a redirect (RFC 6749, 4.1.2.1)."""
    if asked.get("client_id") != CLIENT_ID or asked.get("redirect_uri") not in provider.redirect_uris:
        return HTMLResponse("unknown client_id or redirect_uri", 400)
    if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
        return _back(provider, asked, error="invalid_request")
    if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
        return _back(provider, asked, error="invalid_request", error_description="PKCE with S256 is required")
    if not provider.who:
        return _back(provider, asked, error="access_denied")
    if asked.get("prompt") == "login" and not provider.strike("no_prompt"):
        provider.signed_in_at = provider.seconds()
    code = secrets.token_urlsafe(16)
    nonce, max_age = asked.get("nonce", ""), "max_age" in asked
    provider.grants[code] = Grant(provider.who, nonce, asked["redirect_uri"], asked["code_challenge"], max_age=max_age)
    return _back(provider, asked, code=code)


def _back(provider: Provider, asked: dict[str, str], **told: str) -> Response:
    issuer = "https://another.example.com" if provider.strike("answer_of_another_issuer") else provider.issuer
    named = {} if provider.strike("answer_without_issuer") else {"iss": issuer}
    query = urlencode(told | named | ({"state": asked["state"]} if "state" in asked else {}))
    return RedirectResponse(f"{asked['redirect_uri']}?{query}", 302)


def _token(provider: Provider, authorization: str, fields: dict[str, str]) -> Response:
    if _client(authorization, fields) != (CLIENT_ID, CLIENT_SECRET):
        return JSONResponse({"error": "invalid_client"}, 401)
    grant = provider.grants.get(fields.get("code", ""))
    if grant is None or grant.used or fields.get("redirect_uri") != grant.redirect_uri:
        return JSONResponse({"error": "invalid_grant"}, 400)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
    if challenge.rstrip(b"=").decode() != grant.challenge:
        return JSONResponse({"error": "invalid_grant", "error_description": "code_verifier"}, 400)
    grant.used = True
    access_token = secrets.token_urlsafe(16)
    provider.access[access_token] = grant.who
    answer = {"access_token": access_token, "token_type": "Bearer", "expires_in": 300}
    if not provider.strike("no_id_token"):
        answer["id_token"] = id_token(provider, grant, access_token)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _client(authorization: str, fields: dict[str, str]) -> tuple[str, str]:
    """From the header, form-encoded within it (RFC 6749, 2.3.1), or from the form."""
    if not authorization.startswith("Basic "):
        return fields.get("client_id", ""), fields.get("client_secret", "")
    name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    return unquote_plus(name), unquote_plus(secret)
