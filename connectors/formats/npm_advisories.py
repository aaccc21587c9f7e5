"""What npm audit tells of one vulnerable package, in both of its shapes, read into findings.

Shapes: the "full audit" of npm 6 (``advisories``) and Arborist's ``AuditReport`` of npm 7 and later (``via``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind
from connectors.formats.packages import registry_package
from connectors.formats.reports import Report
from connectors.formats.scanned import Scanned
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}", re.ASCII)


def via(source: str, target: Scanned, package: Wild, told: Wild) -> Iterator[Finding]:
    """One advisory that a package of npm 7's report is hit by. Raises Unreadable.

    A text in its place names another package of the same report, under which the advisory is told.
    """
    if isinstance(told.value, str) and told.value:
        return
    name = told.text("name") or package.need("name")
    fix = _fix(package)
    yield _finding(
        source,
        target,
        told,
        name=name,
        rule=_ghsa(told.text("url")) or told.need("source"),
        ids=(_ghsa(told.text("url")),),
        fixed_in=fix[1] if fix and fix[0] == name else "",
        summary=f"Vulnerable: {told.text('range')}" if told.text("range") else "",
        remediation=_remedy(package, fix),
    )


def advisory(source: str, target: Scanned, told: Wild) -> Iterator[Finding]:
    """One of npm 6's advisories, with all the places where its package is installed. Raises Unreadable."""
    ghsa = told.text("github_advisory_id") or _ghsa(told.text("url"))
    patched = told.text("patched_versions")
    yield _finding(
        source,
        target,
        told,
        name=told.need("module_name"),
        rule=ghsa or told.need("id"),
        ids=(ghsa, *told.texts("cves")),
        installed=", ".join(sorted({one.text("version") for one in told.items("findings")} - {""})),
        fixed_in=patched.removeprefix(">=").strip() if re.fullmatch(r">=\s*[\w.+-]+", patched) else "",
        summary=told.text("overview", limit=SUMMARY),
        remediation=told.text("recommendation", limit=SUMMARY),
    )


def why_not(report: Report) -> str:
    """What a report says in place of an audit (``error``)."""
    failed = report.head("error.code", "error.summary").at("error")
    return one_line(failed.first("summary", "code") or "it does not say why")


def _finding(
    source: str,
    target: Scanned,
    told: Wild,
    *,
    name: str,
    rule: str,
    ids: tuple[str, ...],
    installed: str = "",
    fixed_in: str,
    summary: str,
    remediation: str,
) -> Finding:
    named = sorted_ids(ids)
    score = told.number("cvss", "score") or None  # npm writes 0 where there is none
    vector, word = told.text("cvss", "vectorString"), told.text("severity")
    severity, severity_from = told_or_scored(word, vector, score)
    return Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(told.text("title", limit=400) or f"{rule} in {name}"),
        resource=target.at(),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=problem_of(rule, named),
        summary=summary,
        vuln_ids=named,
        cvss_vector=vector,
        cvss_score=score,
        package=registry_package("npm", name, installed, fixed_in),
        disclosed_at=told.time("created"),
        url=told.url("url"),
        remediation_text=remediation,
        scope=target.scope,
        pointer=told.pointer(),
        warnings=target.warnings,
    )


def _ghsa(url: str) -> str:
    """The advisory's lasting name; npm's own number is another whenever the advisory is imported anew."""
    found = _GHSA.search(url)
    return found.group() if found else ""


def _fix(package: Wild) -> tuple[str, str, bool] | None:
    """(package, version, whether that is a major change) that npm would install; it may be one further up."""
    if not isinstance(package.get("fixAvailable"), dict):
        return None
    fix = package.at("fixAvailable")
    return fix.text("name"), fix.text("version"), fix.flag("isSemVerMajor")


def _remedy(package: Wild, fix: tuple[str, str, bool] | None) -> str:
    if fix:
        name, version, is_major = fix
        return f"npm install {name}@{version}" + (", which is a major change" if is_major else "")
    return "npm audit fix" if package.get("fixAvailable") is True else ""
