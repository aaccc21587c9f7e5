"""Asking the provider: short, small, JSON, no redirect, and only at addresses as safe as its issuer's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2

from connectors.answers import read_at_most
from connectors.contract.failure import NeedsHuman, NotThisFormat, Refused, Retriable
from connectors.text import clean, read_json, split_url

_SECONDS = 5.0
_LARGEST = 256 * 1024  # bytes


def check_endpoint(address: object, issuer: str, what: str) -> str:
    """The address, if it is https, or http where the issuer is: only a provider on this machine. Raises NeedsHuman."""
    parts = split_url(address) if isinstance(address, str) else None
    schemes = {"https", "http"} if issuer.startswith("http://") else {"https"}
    if parts is None or parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise NeedsHuman(f"the sign-in provider {issuer} names no https address as its {what}")
    return str(address)


async def get_json(client: httpx2.AsyncClient, address: str, *, bearer: str = "") -> dict[str, Any]:
    """The JSON object there. Raises Retriable (unreachable, busy), Refused (not found, not allowed, no JSON object)."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    status, body = await _exchange(client, client.build_request("GET", address, headers=headers))
    if status != 200:
        raise Refused(f"{_host(address)} answered {status}")
    return _object(body, address)


async def post_form(
    client: httpx2.AsyncClient, address: str, fields: Mapping[str, str], auth: tuple[str, str] | None
) -> tuple[int, dict[str, Any]]:
    """(status, JSON object) of a form sent there; ``auth`` as HTTP Basic. Raises Retriable, Refused."""
    request = client.build_request("POST", address, data=dict(fields), headers={"Accept": "application/json"})
    if auth is not None:
        request = next(httpx2.BasicAuth(*auth).auth_flow(request))
    status, body = await _exchange(client, request)
    return status, _object(body, address)


async def _exchange(client: httpx2.AsyncClient, request: httpx2.Request) -> tuple[int, bytes]:
    where = request.url.host
    try:
        async with asyncio.timeout(_SECONDS):
            answer = await client.send(request, stream=True, follow_redirects=False)
            try:
                body = await read_at_most(answer, _LARGEST)
            finally:
                await answer.aclose()
    except (httpx2.HTTPError, TimeoutError) as problem:
        raise Retriable(f"{where} could not be reached ({type(problem).__name__})") from None
    client.cookies.clear()  # what it sets while one person signs in is not to come with the next
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Retriable(f"{where} answered {answer.status_code}")
    return answer.status_code, body


def _object(body: bytes, address: str) -> dict[str, Any]:
    try:
        value = read_json(body)
    except NotThisFormat as problem:
        raise Refused(f"{_host(address)} answered what is no JSON: {clean(str(problem), 120)}") from None
    if not isinstance(value, dict):
        raise Refused(f"{_host(address)} answered JSON that is no object")
    return value


def _host(address: str) -> str:
    return httpx2.URL(address).host
