"""One issue of the Snyk CLI read into a finding: a vulnerable package, or one whose licence is not allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors.contract.finding import Finding, Kind, Package, Status
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.severities import told_or_scored
from connectors.formats.snyk_project import Project
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


def read_issue(source: str, status: Status, project: Project, told: Wild) -> Iterator[Finding]:
    """One issue. Raises Unreadable.

    Snyk tells it once for each way that leads to the package, and for each version of it: in one file those are one
    finding, open as long as any of them is there.
    """
    rule = told.need("id")
    package = _package(project, told)
    cves = told.texts("identifiers", "CVE")
    ids = sorted_ids((rule, *cves, *told.texts("identifiers", "GHSA")))
    is_licence = told.text("type") == "license"
    vector, score = told.text("CVSSv3"), told.number("cvssScore")
    word = told.first("severityWithCritical", "severity")
    severity, severity_from = told_or_scored(word, vector, score)
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE if is_licence else Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{told.text('title', limit=400) or rule} in {package.name}"),
        resource=replace(project.resource, path=project.file) if project.file else project.resource,
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=rule if is_licence else problem_of(rule, ids),
        locator=(project.file,),
        summary=told.text("description", limit=SUMMARY),
        vuln_ids=() if is_licence else ids,
        cvss_vector=vector,
        cvss_score=score,
        package=package,
        status=status,
        status_reason=_reason(told) if status is Status.SUPPRESSED else "",
        disclosed_at=told.time("disclosureTime") or told.time("publicationTime"),
        url=f"https://security.snyk.io/vuln/{rule}" if rule.replace("-", "").isalnum() else "",
        remediation_text=_remedy(told),
        scope=project.scope,
        pointer=told.pointer(),
    )


def _package(project: Project, told: Wild) -> Package:
    """A distribution's is ``<source>/<binary>``, its package manager ``debian:12``."""
    name = told.first("name", "packageName") or told.need("packageName")
    version = told.text("version")
    fixed_in = told.text("nearestFixedInVersion") or ", ".join(told.texts("fixedIn"))
    manager = told.text("packageManager") or project.manager
    if ":" in manager:
        return distribution_package(
            project.manager, manager.replace(":", "-"), name.rpartition("/")[2], version, fixed_in
        )
    if manager in TYPES:
        return registry_package(TYPES[manager], name, version, fixed_in)
    return Package(name=name, installed=version, fixed_in=fixed_in, ecosystem=manager)


def _remedy(told: Wild) -> str:
    """``upgradePath`` runs from the project to the package; where false stands, nothing needs to change."""
    steps = [one.text() for one in told.items("upgradePath") if isinstance(one.value, str)]
    return f"Upgrade to {steps[0]}" if steps else ""


def _reason(told: Wild) -> str:
    rules = [one.text("reason") for one in told.at("filtered").items("ignored")]
    return f"ignored: {rules[0]}" if rules and rules[0] else "ignored by Snyk's policy"
