"""One detection of Wiz Defend read into a finding, as Wiz's webhook sends it."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild


def detection(source: str, told: Wild) -> Iterator[Finding]:
    """One detection of the webhook's default body. Raises Unreadable."""
    rule, word, primary = told.need("tdrId"), told.text("severity"), told.at("primaryResource")
    severity, account = from_word(word), primary.at("cloudAccount")
    identity = primary.first("externalId", "id", limit=1_000) or primary.need("externalId")
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(told.text("title", limit=400) or rule),
        resource=Resource(
            id=identity,
            type=primary.first("nativeType", "type"),
            name=primary.text("name") or identity,
            provider=account.text("cloudPlatform").lower(),
            account=account.text("externalId"),
            region=primary.text("region"),
        ),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=told.need("id"),
        summary=told.text("description", limit=SUMMARY),
        actor=told.at("primaryActor").text("name"),
        mitre=tuple(sorted(set(told.texts("mitreTechniques")))),
        first_seen=told.at("timeframe").time("start"),
        last_seen=told.at("timeframe").time("end"),
        observed_at=told.time("createdAt"),
        url=told.url("threatURL"),
        pointer=told.pointer(),
    )
