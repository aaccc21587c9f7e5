"""The provider's public keys by their id, fetched again when a token names one that is not among them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from connectors.contract.failure import Refused
from connectors.oidc.asking import get_json

_FRESH = timedelta(hours=12)
_BETWEEN = timedelta(minutes=1)  # two fetches for unknown ids: a stranger's token must not make us ask at will
_KINDS: dict[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
Key = RSAKey | ECKey


class KeySet:
    """Only asymmetric keys meant for signatures are kept: a shared secret never verifies anything here."""

    def __init__(self, client: httpx2.AsyncClient, clock: Callable[[], datetime]) -> None:
        self._client, self._clock = client, clock
        self._keys: dict[str, Key] = {}
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def key(self, address: str, kid: str) -> Key:
        """The key of that id. Raises Refused when the provider has none, Retriable when it does not answer."""
        async with self._lock:
            age = self._clock() - self._read_at if self._read_at is not None else None
            if age is None or age >= _FRESH or (kid not in self._keys and age >= _BETWEEN):
                self._keys = _read(await get_json(self._client, address))
                self._read_at = self._clock()
        if kid not in self._keys:
            raise Refused("the ID token is signed with a key that the provider does not publish")
        return self._keys[kid]


def _read(found: dict[str, Any]) -> dict[str, Key]:
    keys: dict[str, Key] = {}
    listed = found.get("keys")
    for each in listed if isinstance(listed, list) else ():
        kind = _KINDS.get(str(each.get("kty"))) if isinstance(each, dict) else None
        if kind is None or each.get("use", "sig") != "sig" or not isinstance(each.get("kid"), str):
            continue
        try:
            keys[each["kid"]] = kind.import_key(each)
        except (JoseError, ValueError):
            continue  # a key of a curve or shape that nobody here knows: its siblings still count
    return keys
