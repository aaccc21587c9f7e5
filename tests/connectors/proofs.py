"""Signing as the senders do, by their documents and not our verifiers' code: the true request for each verifier."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx2
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.contract.source import Incoming, Keys, SourceOptions, Verifier
from connectors.signing.hmacs import HmacSignature, StandardWebhooks
from connectors.signing.oidc import SignedToken
from connectors.signing.sns import AwsSns
from connectors.signing.tokens import BasicPassword, HeaderToken, PathToken, QueryToken
from tests.connectors.certificates import NOW, TOPIC, as_body, pem, served, signed

OLD, NEW = ("whsec_" + base64.b64encode(word).decode() for word in (b"old secret of ours", b"new secret of ours"))
AUDIENCE, SENDER = "https://suture.example.com/v1/alerts", "push@project.iam.gserviceaccount.example.com"
TENANT = "11111111-2222-3333-4444-555555555555"
KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
ALLOW = (TOPIC, AUDIENCE, SENDER, TENANT)
_JWK = RSAKey.import_key(KEY, {"kid": "k-1", "use": "sig"})


def keys() -> Keys:
    """Amazon's certificate and the identity services' keys, from a server of ours."""

    def give(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(".pem"):
            return httpx2.Response(200, content=pem())
        return httpx2.Response(200, json={"keys": [_JWK.as_dict(private=False)]})

    return served(give)


def prove(verifier: Verifier, secret: str, request: Incoming, at: datetime = NOW) -> Incoming:
    """``request`` as the true sender would send it at ``at``. KeyError: nobody here can sign for that verifier."""
    return _PROOFS[type(verifier)](verifier, secret, request, at)


def is_timed(verifier: Verifier) -> bool:
    """Whether what it accepts grows stale."""
    return isinstance(verifier, StandardWebhooks | AwsSns | SignedToken) or bool(getattr(verifier, "timestamp", ""))


def needs_secret(verifier: Verifier) -> bool:
    return not isinstance(verifier, AwsSns | SignedToken)


def options(*secrets: str) -> SourceOptions:
    return SourceOptions(secrets=secrets, allow=ALLOW)


def later(verifier: Verifier) -> datetime:
    """A time at which what was proved at NOW is stale."""
    return NOW + (timedelta(hours=2) if isinstance(verifier, AwsSns | SignedToken) else timedelta(minutes=6))


def _with(request: Incoming, **headers: str) -> Incoming:
    return replace(request, headers={**request.headers, **{name.replace("_", "-"): v for name, v in headers.items()}})


def _header(verifier: Any, secret: str, request: Incoming, at: datetime) -> Incoming:
    value = f"{verifier.scheme.title()} {secret}" if verifier.scheme else secret
    return replace(request, headers={**request.headers, verifier.header: value})


def _basic(verifier: Any, secret: str, request: Incoming, at: datetime) -> Incoming:
    return _with(request, authorization="Basic " + base64.b64encode(f"suture:{secret}".encode()).decode())


def _query(verifier: Any, secret: str, request: Incoming, at: datetime) -> Incoming:
    return replace(request, query={**request.query, verifier.name: secret})


def _path(verifier: Any, secret: str, request: Incoming, at: datetime) -> Incoming:
    return replace(request, token=secret)


def _hmac(verifier: Any, secret: str, request: Incoming, at: datetime) -> Incoming:
    headers = dict(request.headers)
    if verifier.timestamp:
        headers[verifier.timestamp] = str(int(at.timestamp()))
    told = []
    for part in verifier.parts:
        name = verifier.timestamp if part == "timestamp" else part.removeprefix("header:")
        told.append(request.body if part == "body" else headers.setdefault(name, "m-1").encode())
    code = hmac.new(secret.encode(), verifier.delimiter.encode().join(told), getattr(hashlib, verifier.algorithm))
    shown = base64.b64encode(code.digest()).decode() if verifier.coding == "base64" else code.hexdigest()
    return replace(request, headers={**headers, verifier.header: verifier.prefix + shown})


def _standard(verifier: Any, secret: str, request: Incoming, at: datetime) -> Incoming:
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    code = hmac.new(key, f"msg_1.{stamp}.".encode() + request.body, hashlib.sha256).digest()
    told = {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(code).decode()}",
    }
    return replace(request, headers={**request.headers, **told})


def _sns(verifier: Any, secret: str, request: Incoming, at: datetime) -> Incoming:
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return replace(request, body=as_body(signed(Message=request.body.decode("utf-8", "replace"), Timestamp=stamp)))


def claims_of(verifier: SignedToken, at: datetime = NOW) -> dict[str, Any]:
    """What a true token of that issuer says."""
    issuer = verifier.issuers[0] if verifier.issuers else f"https://sts.windows.net/{TENANT}/"
    who = {"email": SENDER, "email_verified": True} if "email" in verifier.who else {"appid": SENDER}
    stamp = int(at.timestamp())
    return {"iss": issuer, "aud": AUDIENCE, "iat": stamp, "exp": stamp + 3_600, **who}


def token_of(claims: Mapping[str, Any], header: Mapping[str, Any] | None = None, key: RSAKey = _JWK) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k-1", **(header or {})}, dict(claims), key)


def _token(verifier: Any, secret: str, request: Incoming, at: datetime) -> Incoming:
    return _with(request, authorization="Bearer " + token_of(claims_of(verifier, at)))


_PROOFS: Mapping[type, Callable[[Any, str, Incoming, datetime], Incoming]] = {
    HeaderToken: _header,
    BasicPassword: _basic,
    QueryToken: _query,
    PathToken: _path,
    HmacSignature: _hmac,
    StandardWebhooks: _standard,
    AwsSns: _sns,
    SignedToken: _token,
}
