"""What the Snyk CLI and Snyk's webhook tell of an issue in the same words, read into a finding."""

from __future__ import annotations

from connectors.contract.finding import Finding, Kind, Package, Resource
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

# Snyk's names of package managers -> purl types
TYPES = {
    **dict.fromkeys(("npm", "yarn", "pnpm"), "npm"),
    **dict.fromkeys(("maven", "gradle", "sbt"), "maven"),
    **dict.fromkeys(("pip", "pipenv", "poetry"), "pypi"),
    **dict.fromkeys(("gomodules", "golangdep", "golang", "govendor"), "golang"),
    **dict.fromkeys(("nuget", "paket"), "nuget"),
    "cargo": "cargo",
    "composer": "composer",
    "hex": "hex",
    "pub": "pub",
    "rubygems": "gem",
}


def finding_of(
    source: str, rule: str, told: Wild, resource: Resource, package: Package, *, file: str, is_licence: bool
) -> Finding:
    """The open finding of one issue, ``told`` being what Snyk knows of it wherever it stands. Raises Unreadable.

    ``file`` is the manifest; an issue is a vulnerability, or ``is_licence``: a licence that is not allowed.
    """
    ids = sorted_ids((rule, *told.texts("identifiers", "CVE"), *told.texts("identifiers", "GHSA")))
    vector, score = told.text("CVSSv3"), told.number("cvssScore")
    word = told.first("severityWithCritical", "severity")
    severity, severity_from = told_or_scored(word, vector, score)
    return Finding(
        source=source,
        kind=Kind.COMPLIANCE if is_licence else Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{told.text('title', limit=400) or rule} in {package.name}"),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=rule if is_licence else problem_of(rule, ids),
        locator=(file,),
        summary=told.text("description", limit=SUMMARY),
        vuln_ids=() if is_licence else ids,
        cvss_vector=vector,
        cvss_score=score,
        package=package,
        disclosed_at=told.time("disclosureTime") or told.time("publicationTime"),
    )
