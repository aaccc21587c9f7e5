"""Results of Nuclei: a template that matched an address, or with -matcher-status one that did not.

Shape: ``ResultEvent`` of nuclei's ``pkg/output``, and ``Info`` of its ``pkg/model``.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Severity, Status
from connectors.formats.scanned_hosts import (
    WebPlace,
    cves_in,
    place_of,
    problem_of,
    scanned_host,
    status_of,
    web_place,
)
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, https_url, one_line
from connectors.wild import Wild

_ADDRESSES = ("matched-at", "matched", "url", "host", "ip")  # the most exact first


def read_result(source: str, told: Wild) -> Iterator[Finding]:
    """One result. What it extracted, and the requests and responses beside it, are left out: they may hold secrets.

    Raises Unreadable.
    """
    info, rule = told.at("info"), told.first("template-id", "templateID") or told.need("template-id")
    place, ip = _place(told), told.text("ip")
    ids = cves_in(*_texts(info, "classification", "cve-id"))
    severity = from_word(info.text("severity"))
    status, reason = _status(told, severity)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY if ids else Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(info.text("name", limit=400) or rule),
        resource=scanned_host(place.host, ip),
        severity=severity,
        severity_raw=info.text("severity"),
        severity_from="source" if severity else "unknown",
        problem=problem_of(ids, f"nuclei-{rule}"),
        locator=(
            place_of(place.port, "tcp"),
            place.path,
            told.first("matcher-name", "matcher_name"),
            told.first("extractor-name", "extractor_name"),
            told.text("fuzzing_parameter"),
        ),
        summary=info.text("description", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=info.text("classification", "cvss-metrics"),
        cvss_score=info.number("classification", "cvss-score"),
        status=status,
        status_reason=reason,
        observed_at=told.time("timestamp"),
        url=next((found for text in _texts(info, "reference") if (found := https_url(text))), ""),
        remediation_text=info.text("remediation", limit=SUMMARY),
        port=place.port,
        protocol="tcp" if place.port else "",
        pointer=told.pointer(),
    )


def _place(told: Wild) -> WebPlace:
    for key in _ADDRESSES:
        address = told.text(key, limit=2_000).lstrip("/")
        if address and (place := web_place(address)) is not None:
            return place
    raise told.bad("this result names no host", "matched-at")


def _texts(told: Wild, *path: str) -> tuple[str, ...]:
    """A list of texts, or one text: templates are written by hand."""
    return told.texts(*path) if isinstance(told.get(*path), list) else (told.text(*path, limit=SUMMARY),)


def _status(told: Wild, severity: Severity) -> tuple[Status, str]:
    """With -matcher-status what did not match is told too, and what could not be asked."""
    if told.get("matcher-status") is not None and not told.flag("matcher-status"):
        if told.text("error"):
            return Status.UNCHECKED, "nuclei could not ask: no answer, or an error"
        return Status.PASSED, "the template did not match"
    return status_of(severity)
