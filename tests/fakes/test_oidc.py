"""The fake provider refuses what a provider refuses, and its tokens are what the specification says."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
import jwt
import pytest

from tests.fakes.oidc import FakeOidc
from tests.fakes.oidc.signing import half_hash

BACK = "https://suture.example.com/sign-in/oidc/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def started() -> Iterator[FakeOidc]:
    with FakeOidc() as oidc:
        yield oidc


@pytest.fixture
def oidc(started: FakeOidc) -> FakeOidc:
    started.reset()
    started.set(people={"ana": {"sub": "s-ana", "email": "ana@example.com"}}, who="ana", redirect_uris=[BACK])
    return started


def authorize(oidc: FakeOidc, **changes: str) -> httpx2.Response:
    asked = {
        "client_id": oidc.client_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid email",
        "state": "s",
        "nonce": "n",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return httpx2.get(f"{oidc.issuer}/authorize", params=asked | changes)


def told(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def redeem(oidc: FakeOidc, code: str, secret: str = "", **changes: str) -> httpx2.Response:
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    auth = (quote(oidc.client_id, safe=""), quote(secret or oidc.client_secret, safe=""))
    return httpx2.post(f"{oidc.issuer}/token", data=asked | changes, auth=auth)


def test_a_code_is_worth_an_id_token_once(oidc: FakeOidc) -> None:
    said = told(authorize(oidc))
    assert (said["state"], said["iss"]) == ("s", oidc.issuer)

    first = redeem(oidc, said["code"]).json()
    key = jwt.PyJWKClient(f"{oidc.issuer}/keys").get_signing_key_from_jwt(first["id_token"])
    claims = jwt.decode(first["id_token"], key, algorithms=["RS256"], audience=oidc.client_id)

    assert (claims["sub"], claims["nonce"], claims["iss"]) == ("s-ana", "n", oidc.issuer)
    assert claims["at_hash"] == half_hash(first["access_token"])
    assert redeem(oidc, said["code"]).json() == {"error": "invalid_grant"}


def test_the_verifier_the_address_and_the_secret_must_be_right(oidc: FakeOidc) -> None:
    assert redeem(oidc, told(authorize(oidc))["code"], code_verifier="w" * 43).status_code == 400
    assert redeem(oidc, told(authorize(oidc))["code"], redirect_uri=f"{BACK}/").status_code == 400
    assert redeem(oidc, told(authorize(oidc))["code"], "not the secret").json() == {"error": "invalid_client"}


def test_an_unregistered_address_is_never_redirected_to(oidc: FakeOidc) -> None:
    assert authorize(oidc, redirect_uri="https://evil.example.net/").status_code == 400
    assert authorize(oidc, client_id="another").status_code == 400


def test_without_pkce_or_consent_there_is_no_code(oidc: FakeOidc) -> None:
    assert told(authorize(oidc, code_challenge_method="plain"))["error"] == "invalid_request"
    oidc.set(who="")
    assert told(authorize(oidc))["error"] == "access_denied"


def test_a_rotated_key_is_the_only_one(oidc: FakeOidc) -> None:
    oidc.rotate("second", "ES256")
    published = httpx2.get(f"{oidc.issuer}/keys").json()["keys"]
    assert [key["kid"] for key in published if key["kty"] in ("RSA", "EC")] == ["second"]


def test_a_fault_strikes_once_and_its_name_must_be_known(oidc: FakeOidc) -> None:
    oidc.fault("server_error")
    address = f"{oidc.issuer}/.well-known/openid-configuration"
    assert [httpx2.get(address).status_code for _ in range(2)] == [500, 200]
    with pytest.raises(httpx2.HTTPStatusError):
        oidc.fault("no_such_fault")
