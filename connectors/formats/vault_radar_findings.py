"""Findings of HCP Vault Radar, in version 1.0 of its webhook's body.

Shape: https://developer.hashicorp.com/vault-radar/cloud/get-started/set-up-alerting/webhooks/payloads
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_HOSTS = {"github cloud": "github.com", "gitlab cloud": "gitlab.com", "bitbucket cloud": "bitbucket.org"}


def read_finding(source: str, told: Wild) -> Iterator[Finding]:
    """One message. Radar tells where a secret is, never the secret itself. Raises Unreadable."""
    rule, word, details = (
        told.first("event_subtype", "sub_type") or told.need("event_subtype"),
        told.text("severity"),
        told.at("event_details"),
    )
    severity, path = from_word(word), details.first("repo_file_path", "file_path", "path", limit=1_000)
    yield Finding(
        source=source,
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
