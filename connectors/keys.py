"""Public keys of those who sign, fetched from pinned vendor hosts only, and kept for a while.

The addresses come out of messages, so this is where server-side request forgery would happen: https, the default port,
hosts of a fixed list, no redirect, five seconds, a small answer, and no more than a few fetches a minute.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
from cryptography import x509

from connectors.answers import read_at_most
from connectors.contract.failure import NotThisFormat, Refused, Retriable
from connectors.text import read_json, split_url

TIMEOUT = 5.0  # seconds
LARGEST = 65_536  # bytes
KEPT = 64  # keys at once; the least recently used goes
FRESH = timedelta(hours=12)
BETWEEN = timedelta(minutes=1)  # two fetches of one set for keys that are not in it: a stranger's token names any key
FETCHES_A_MINUTE = 30
KEY_HOSTS = frozenset({"www.googleapis.com", "login.microsoftonline.com"})  # key sets of connectors.signing.oidc
SNS_HOSTS = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    until: datetime
    since: datetime


class HttpKeys:
    """The :class:`connectors.contract.source.Keys` of a running Suture.

    ``client`` is any httpx2 client (tests give one over their own transport); ``clock`` tells aware UTC. ``hosts`` are
    further host names keys may come from, exactly; SNS hosts, Google's and Microsoft's always may.
    """

    def __init__(
        self, client: httpx2.AsyncClient, clock: Callable[[], datetime], hosts: frozenset[str] = frozenset()
    ) -> None:
        self._client, self._clock, self._hosts = client, clock, hosts | KEY_HOSTS
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._fetching: dict[str, asyncio.Lock] = {}
        self._fetched: deque[datetime] = deque()

    async def certificate(self, url: str) -> bytes:
        """The PEM certificate at ``url``, kept until it expires or for 12 hours.

        Raises Refused when the host is not a pinned one or does not know the address, Retriable when it is unreachable.
        """
        value: bytes = await self._get(url, self._certificate_until)
        return value

    async def jwks(self, url: str, kid: str) -> Mapping[str, Any]:
        """The JSON Web Key Set at ``url``, kept for 12 hours; fetched again, at most once a minute, where it lacks the
        key ``kid``: its issuer may have taken a new one into use. Raises as :meth:`certificate` does."""
        value: Mapping[str, Any] = await self._get(url, self._key_set_until)
        if not any(isinstance(key, dict) and key.get("kid") == kid for key in value["keys"]):
            value = await self._get(url, self._key_set_until, newer_than=self._clock() - BETWEEN)
        return value

    async def confirm(self, url: str) -> None:
        """GET a subscription's confirmation address once. Raises as :meth:`certificate` does."""
        self._check(url)
        await self._fetch(url)

    async def _get(self, url: str, read: Callable[[bytes, datetime], _Kept], newer_than: datetime | None = None) -> Any:
        self._check(url)
        lock = self._fetching.setdefault(url, asyncio.Lock())
        try:
            async with lock:  # many messages under one unknown key are one fetch
                kept = self._kept.get(url)
                if kept is None or kept.until <= self._clock() or (newer_than and kept.since <= newer_than):
                    kept = self._keep(url, read(await self._fetch(url), self._clock()))
                self._kept.move_to_end(url)
                return kept.value
        finally:
            if not lock.locked():
                self._fetching.pop(url, None)

    def _keep(self, url: str, kept: _Kept) -> _Kept:
        self._kept[url] = kept
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept

    def _check(self, url: str) -> None:
        parts = split_url(url)
        host = parts.netloc if parts is not None else ""
        if parts is None or parts.scheme != "https" or not (SNS_HOSTS.fullmatch(host) or host in self._hosts):
            raise Refused("the address of the key is not on a host this source is known to use")

    def _take_turn(self) -> None:
        now = self._clock()
        while self._fetched and self._fetched[0] < now - timedelta(minutes=1):
            self._fetched.popleft()
        if len(self._fetched) >= FETCHES_A_MINUTE:
            raise Retriable("too many different keys were asked for within a minute", after=60.0)
        self._fetched.append(now)

    async def _fetch(self, url: str) -> bytes:
        self._take_turn()
        try:
            async with (
                asyncio.timeout(TIMEOUT),
                self._client.stream("GET", url, follow_redirects=False, timeout=TIMEOUT) as answer,
            ):
                body = await read_at_most(answer, LARGEST)
        except (httpx2.HTTPError, TimeoutError) as error:
            raise Retriable(f"{httpx2.URL(url).host} could not be reached ({type(error).__name__})") from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Retriable(f"{answer.url.host} answered {answer.status_code}")
        if answer.status_code != 200:
            raise Refused(f"{answer.url.host} answered {answer.status_code}; it does not know this address")
        return body

    @staticmethod
    def _certificate_until(body: bytes, now: datetime) -> _Kept:
        try:
            expiry = x509.load_pem_x509_certificate(body).not_valid_after_utc
        except ValueError:
            raise Refused("what lies at the certificate's address is no certificate") from None
        return _Kept(body, min(now + FRESH, expiry), now)

    @staticmethod
    def _key_set_until(body: bytes, now: datetime) -> _Kept:
        try:
            value = read_json(body)
        except NotThisFormat as error:
            raise Retriable(f"the key set cannot be read: {error}") from None
        if not isinstance(value, dict) or not isinstance(value.get("keys"), list):
            raise Retriable("what lies at the key set's address is no key set")
        return _Kept(value, now + FRESH, now)
