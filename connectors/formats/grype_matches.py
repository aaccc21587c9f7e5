"""One match of Grype's read into a finding: a vulnerability of a package.

Shape: Grype's ``grype/presenter/models`` (``match.go``, ``vulnerability.go``, ``package.go``, ``ignore.go``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Package, Record, Status
from connectors.formats.components import seen
from connectors.formats.grype_target import Target
from connectors.formats.packages import package_from
from connectors.formats.places import Equals
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_OF_DISTRIBUTIONS = frozenset({"alpm", "apk", "deb", "portage", "rpm"})  # found in a database, not in a place


def read_match(source: str, target: Target, equals: Equals, told: Wild) -> Iterator[Finding]:
    """One of ``matches`` or ``ignoredMatches``. Raises Unreadable.

    ``equals`` tells two versions of one package in one lock file apart: no version is part of an identity.
    """
    hit = told.at("vulnerability")
    rule = hit.need("id")
    package = _package(target, told)
    related = tuple(one.text("id") for one in told.items("relatedVulnerabilities"))
    ids = sorted_ids((rule, *related))
    vector, score = _cvss(told)
    word = hit.text("severity")
    severity, severity_from = told_or_scored(word, vector, score)
    path = _path(told)
    status, reason = _status(told)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{rule} in {package.name}"),
        resource=replace(target.resource, path=path) if path else target.resource,
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=problem_of(rule, ids),
        locator=(path, equals.number(rule, package.name, path)),
        summary=_summary(told),
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        package=package,
        status=status,
        status_reason=reason,
        url=hit.url("dataSource"),
        scope=target.scope,
        observed_at=target.observed_at,
        pointer=told.pointer(),
        warnings=target.warnings,
    )


def with_package(
    names: tuple[str, ...], known: set[str], read: Callable[[Wild], Iterator[Finding]], told: Wild
) -> Iterator[Record]:
    """What ``read`` makes of a match, and its package as a component of the target, once: Grype lists no others.

    ``names`` are the target's; ``known`` grows by every purl that was told. Raises Unreadable.
    """
    for finding in read(told):
        yield finding
        purl = finding.package.purl if finding.package else ""
        if names and purl and purl not in known:
            known.add(purl)
            yield seen(names, purl, told, called=finding.package.name if finding.package else purl)


def _package(target: Target, told: Wild) -> Package:
    fix = told.at("vulnerability", "fix")
    artifact = told.at("artifact")
    return package_from(
        artifact.text("purl", limit=2_000),
        name=artifact.need("name"),
        installed=artifact.text("version"),
        fixed_in=", ".join(fix.texts("versions")) if fix.text("state") in {"", "fixed"} else "",
        ecosystem=artifact.text("type"),
        distro=target.distro if artifact.text("type") in _OF_DISTRIBUTIONS else "",
    )


def _path(told: Wild) -> str:
    """Where the package lies; "" for a distribution's, which lie all over the image."""
    if told.text("artifact", "type") in _OF_DISTRIBUTIONS:
        return ""
    paths = [one.text("path", limit=1_000) for one in told.items("artifact", "locations")]
    return min(filter(None, paths), default="")


def _cvss(told: Wild) -> tuple[str, float | None]:
    """Of the newest version of CVSS that is told, of the vulnerability itself before those related to it."""
    for hit in (told.at("vulnerability"), *told.items("relatedVulnerabilities")):
        held = [(one.text("version"), one.text("vector"), one.number("metrics", "baseScore")) for one in _scores(hit)]
        if held:
            _, vector, score = max(held, key=lambda one: (one[0], one[1], one[2] or 0.0))
            return vector, score
    return "", None


def _scores(hit: Wild) -> Iterator[Wild]:
    return (one for one in hit.items("cvss") if one.text("vector"))


def _summary(told: Wild) -> str:
    """Its own description, else that of what it is related to; GitHub's advisories come without one."""
    own = told.text("vulnerability", "description", limit=SUMMARY)
    related = (one.text("description", limit=SUMMARY) for one in told.items("relatedVulnerabilities"))
    return own or next(filter(None, related), "")


def _status(told: Wild) -> tuple[Status, str]:
    """``fix.state`` wont-fix is said, and the finding stays open: the package is as vulnerable as before."""
    rules = list(told.items("appliedIgnoreRules"))
    if rules:
        named = rules[0].first("reason", "vex-justification", "vex-status", "fix-state") or "a rule of grype's"
        return Status.SUPPRESSED, f"ignored: {named}"
    state = told.text("vulnerability", "fix", "state")
    return Status.OPEN, state if state == "wont-fix" else ""
