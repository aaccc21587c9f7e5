"""Verifiers for senders that cannot sign: a shared secret in a header, as basic password or in the address."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.failure import Refused
from connectors.contract.source import Incoming, Keys, SourceOptions, Verifier
from connectors.signing.secrets import header_bytes, live_secrets, matches


@dataclass(frozen=True, slots=True)
class HeaderToken:
    """The secret is the whole value of one header, after a scheme word where there is one."""

    kind: str
    header: str
    scheme: str = ""

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None:
        secrets = live_secrets(options)
        value = request.headers.get(self.header, "").strip()
        if not value:
            raise Refused(f"the header {self.header} is missing")
        if self.scheme:
            scheme, _, value = value.partition(" ")
            if scheme.lower() != self.scheme:
                raise Refused(f"the header {self.header} does not say {self.scheme.title()}")
        if not matches(header_bytes(value.strip()), [header_bytes(secret) for secret in secrets]):
            raise Refused(f"the header {self.header} holds another secret than the one configured")


@dataclass(frozen=True, slots=True)
class BasicPassword:
    """RFC 7617; the name is free, the password is the secret. A secret written ``name:password`` pins the name too."""

    kind: str = "basic"

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None:
        secrets = live_secrets(options)
        scheme, _, coded = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != "basic":
            raise Refused("the header authorization does not say Basic")
        try:
            pair = base64.b64decode(header_bytes(coded.strip()), validate=True)
        except (binascii.Error, ValueError):
            raise Refused("the header authorization is not base64") from None
        wanted = [header_bytes(secret) for secret in secrets]
        if not (matches(pair, [one for one in wanted if b":" in one]) or matches(pair.partition(b":")[2], wanted)):
            raise Refused("the header authorization holds another password than the one configured")


@dataclass(frozen=True, slots=True)
class QueryToken:
    """The secret is in the address, for senders that can set neither header nor signature. The weakest; last resort."""

    kind: str
    name: str

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None:
        secrets = live_secrets(options)
        given = header_bytes(request.query.get(self.name, ""))
        if not matches(given, [header_bytes(secret) for secret in secrets]):
            raise Refused(f"the address carries no ?{self.name}= with the configured secret")


@dataclass(frozen=True, slots=True)
class PathToken:
    """The secret is the last part of the path, for senders that cut a query off. No better than a query."""

    kind: str = "path"

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None:
        secrets = live_secrets(options)
        if not matches(header_bytes(request.token), [header_bytes(secret) for secret in secrets]):
            raise Refused("the address does not end in the configured secret")


def static_header(name: str) -> Verifier:
    """The secret as the value of the header ``name``."""
    return HeaderToken(f"header {name}", name.lower())


def bearer() -> Verifier:
    """``Authorization: Bearer <secret>`` (RFC 6750)."""
    return HeaderToken("bearer", "authorization", "bearer")


def basic() -> Verifier:
    """``Authorization: Basic``, the password being the secret."""
    return BasicPassword()


def query_token(name: str = "token") -> Verifier:
    """``?<name>=<secret>`` in the address."""
    return QueryToken(f"query {name}", name)


def path_token() -> Verifier:
    """``/v1/alerts/<source>/<secret>``; the secret is one without a slash."""
    return PathToken()
