"""An advisory about a repository of one's own: reported in private, being worked on, or published.

Shape: GitHub docs, "Webhook events and payloads", repository_advisory, and the REST API's repository advisories.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Package, Status
from connectors.formats.github_alerts import ECOSYSTEMS
from connectors.formats.github_places import resource_of
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_CLOSED = frozenset({"closed", "withdrawn"})


def repository_advisory(source: str, told: Wild) -> Iterator[Finding]:
    """A vulnerability in what the repository itself publishes. Raises Unreadable."""
    advisory = told.at("repository_advisory")
    rule = advisory.need("ghsa_id")
    ids = sorted_ids((rule, advisory.text("cve_id"), *(one.text("value") for one in advisory.items("identifiers"))))
    vector, score = advisory.text("cvss", "vector_string"), advisory.number("cvss", "score") or None
    word = advisory.text("severity")
    severity, severity_from = told_or_scored(word, vector, score)
    hit = list(advisory.items("vulnerabilities"))
    status, reason = _status(told.text("action"), advisory, hit)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(advisory.text("summary", limit=400) or rule),
        resource=resource_of(told),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=rule,  # a CVE may be given later, and it stays the same problem
        source_uid=f"{told.need('repository', 'id')}/advisory/{rule}",
        summary=advisory.text("description", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        package=_package(hit),
        status=status,
        status_reason=reason,
        first_seen=advisory.time("created_at"),
        observed_at=advisory.time("updated_at"),
        disclosed_at=advisory.time("published_at"),
        url=advisory.url("html_url"),
        pointer=advisory.pointer(),
    )


def _status(action: str, advisory: Wild, hit: list[Wild]) -> tuple[Status, str]:
    """It is mended once it is published with a patched version of everything it hits."""
    state = advisory.text("state").lower() or ("published" if action == "published" else "")
    if state in _CLOSED or advisory.text("withdrawn_at"):
        return Status.SUPPRESSED, f"{state} on GitHub"
    if state == "published" and hit and all(one.text("patched_versions") for one in hit):
        return Status.RESOLVED, "published with a patched version"
    return Status.OPEN, ""


def _package(hit: list[Wild]) -> Package | None:
    """The first of its packages by name; an advisory of one repository seldom has several."""
    named = sorted((one for one in hit if one.text("package", "name")), key=lambda one: one.text("package", "name"))
    if not named:
        return None
    ecosystem = named[0].text("package", "ecosystem").lower()
    return Package(
        name=named[0].need("package", "name"),
        fixed_in=named[0].text("patched_versions"),
        ecosystem=ECOSYSTEMS.get(ecosystem, ecosystem),
    )
