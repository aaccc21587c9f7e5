"""Who may send, and the request as the connectors see it: for alerts, reports, deploys, clicks and trackers alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from bot.settings import Settings
from bot.web.reading_bodies import whole_body
from connectors.contract.source import Incoming, Keys, Source, SourceOptions
from connectors.signing import is_configured, verify


@dataclass(frozen=True, slots=True)
class EnabledSource:
    """A source with what the configuration says about it."""

    source: Source
    options: SourceOptions
    body_bytes: int


def enabled_sources(sources: Mapping[str, Source], settings: Settings) -> dict[str, EnabledSource]:
    """The sources that may send: those of config/sources.yaml with a secret or a list of allowed senders."""
    found = {}
    for name, configured in settings.sources.items():
        options = configured.options()
        if name in sources and is_configured(options):
            found[name] = EnabledSource(sources[name], options, configured.body_bytes)
    return found


async def verified(enabled: EnabledSource, request: Request, now: datetime, keys: Keys) -> Incoming:
    """The request as it came, once one of the source's verifiers has vouched for it. Raises Refused or BodyRefused."""
    body = await whole_body(request, enabled.body_bytes)
    incoming = incoming_of(request, body)
    await verify(enabled.source, incoming, enabled.options, now, keys)
    return incoming


def incoming_of(request: Request, body: bytes) -> Incoming:
    """The request as the connectors see one. Of a repeated header the last wins, so that none hides behind another."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers.raw}
    token = request.path_params.get("token", "")
    return Incoming(request.method, headers, dict(request.query_params), body, token)


def kept(source: Source, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that the source's ``parse`` reads, kept with the delivery so that a replay sees the same."""
    return {name: headers[name] for name in source.headers if name in headers}


def kept_headers(source: Source, request: Request) -> dict[str, str]:
    """``kept`` for a request whose body was not read here."""
    return kept(source, incoming_of(request, b"").headers)
