"""HCP Vault Radar: leaked secrets and other sensitive data that it found, one for each delivery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource
from connectors.contract.source import Family, Headers, Opened, Source, SourceOptions
from connectors.formats.severities import from_word
from connectors.quarantine import each
from connectors.signing import hmac_signature
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "vault-radar"
_HOSTS = {"github cloud": "github.com", "gitlab cloud": "gitlab.com", "bitbucket cloud": "bitbucket.org"}


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One message of version 1.0."""
    body = Wild(opened.body, opened.pointer)
    if not isinstance(body.value, dict) or "event_id" not in body.value:
        raise UnknownShape("no finding of Vault Radar: event_id is not there")
    return each([body], _read)


def _read(told: Wild) -> Iterator[Finding]:
    """Radar tells where a secret is, never the secret itself."""
    rule, word, details = (
        told.first("event_subtype", "sub_type") or told.need("event_subtype"),
        told.text("severity"),
        told.at("event_details"),
    )
    severity, path = from_word(word), details.first("repo_file_path", "file_path", "path", limit=1_000)
    yield Finding(
        source=ID,
        kind=Kind.SECRET if told.text("risk_category") == "secrets" else Kind.CODE,
        rule_id=rule,
        title=one_line(
            f"{told.text('description', limit=300) or rule} in {path or told.at('data_source').text('resource')}"
        ),
        resource=_resource(told.at("data_source"), path),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=told.need("event_id"),
        locator=(path, rule, told.text("event_id")),
        summary=told.text("summary", limit=SUMMARY),
        actor=details.text("author"),
        first_seen=details.time("author_time"),
        url=told.at("links").url("vault_radar_link"),
        pointer=told.pointer(),
    )


def _resource(told: Wild, path: str) -> Resource:
    """A repository under the name other tools have for it, host first; another place by its kind."""
    kind, owner, name = told.text("type"), told.text("name"), told.need("resource")
    place = _HOSTS.get(kind.lower(), kind.lower())
    identity = "/".join(part for part in (place, owner, name) if part)
    if kind.lower() in _HOSTS:
        return Resource(id=identity, type="repository", name=identity, repository=identity, path=path)
    return Resource(id=identity, type=kind, name=name, path=path)


def _delivery_id(headers: Headers, body: Any) -> str:
    return headers.get("x-hcp-radar-message-id", "")


SOURCE = Source(
    id=ID,
    title="HCP Vault Radar",
    family=Family.CODE,
    arrives="leaked secrets and sensitive data",
    kinds=(Kind.SECRET, Kind.CODE),
    unconfirmed="what its test message holds when a connection is made",
    vendor_docs="https://developer.hashicorp.com/vault-radar/cloud/get-started/set-up-alerting/webhooks/payloads",
    verifiers=(hmac_signature("x-hcp-radar-signature", algorithm="sha512", prefix="sha512="),),
    parse=parse,
    delivery_id=_delivery_id,
    docs=(
        "In Vault Radar, under Settings, Integration, Webhook, add a connection with this address and the secret as "
        "token, then a subscription with the filters that matter."
    ),
)
