"""Vulnerability occurrences of Grafeas, as Google's Container Analysis tells them: a CVE in the packages of an image.

Shape: ``grafeas/v1`` (Occurrence, VulnerabilityOccurrence, PackageIssue, Version, CVSS).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Finding, Kind, Package, Record, Resource, Status
from connectors.formats.images import image_repository, named_by_digest
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.severities import score_of, told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.quarantine import each
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_REGISTRIES = {  # packageType -> purl type
    "CARGO": "cargo",
    "COMPOSER": "composer",
    "GO": "golang",
    "GO_STDLIB": "golang",
    "MAVEN": "maven",
    "NPM": "npm",
    "NUGET": "nuget",
    "PYPI": "pypi",
    "RUBYGEMS": "gem",
    "RUST": "cargo",
}
_DISTRIBUTIONS = {  # the vendor in a CPE -> its name in a purl, and the format of its packages
    "alpinelinux": ("alpine", "apk"),
    "canonical": ("ubuntu", "deb"),
    "centos": ("centos", "rpm"),
    "debian": ("debian", "deb"),
    "redhat": ("rhel", "rpm"),
}
_CPE = re.compile(r"cpe:/o:(?P<vendor>[^:]+):[^:]+:(?P<release>[^:]+)")
_HOST = re.compile(r"(?:(?P<region>[a-z0-9-]+)-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)/(?P<project>[^/]+)/.+")
_METRICS = {
    "AV": "attackVector",
    "AC": "attackComplexity",
    "PR": "privilegesRequired",
    "UI": "userInteraction",
    "S": "scope",
    "C": "confidentialityImpact",
    "I": "integrityImpact",
    "A": "availabilityImpact",
}
_ASSESSED = {"NOT_AFFECTED": Status.SUPPRESSED, "FIXED": Status.RESOLVED}


def image_of(told: Wild, *path: str) -> Resource:
    """The image at ``path`` (``https://europe-west1-docker.pkg.dev/…@sha256:…``), by its repository."""
    name = told.need(*path, limit=1_000).removeprefix("https://")
    repository, digest = named_by_digest((name,))
    repository = repository or image_repository(name)
    found = _HOST.fullmatch(repository)
    return Resource(
        id=repository,
        type="container-image",
        name=name,
        provider="gcp",
        account=found["project"] if found else "",
        region=(found["region"] or "") if found else "",
        image_digest=digest,
    )


def occurrence(source: str, scope: str, told: Wild) -> Iterator[Record]:
    """A finding for each package that carries the vulnerability. What is no vulnerability tells none."""
    if told.text("kind") not in ("", "VULNERABILITY"):
        return
    found, resource = told.at("vulnerability"), image_of(told, "resourceUri")
    issues = list(found.items("packageIssue"))
    if not issues:
        raise found.bad("this is needed and is missing or empty", "packageIssue")
    yield from each(issues, partial(_finding, source, scope, resource, told))


def _finding(source: str, scope: str, resource: Resource, told: Wild, issue: Wild) -> Iterator[Finding]:
    found, rule, package = told.at("vulnerability"), told.need("noteName").rpartition("/")[2], _package(issue)
    word = issue.text("effectiveSeverity") or found.first("effectiveSeverity", "severity")
    vector, score = _vector(found.at("cvssv3")), found.number("cvssv3", "baseScore") or found.number("cvssScore")
    severity, severity_from = told_or_scored(word, vector, score)
    paths = sorted(one.text("filePath", limit=1_000) for one in issue.items("fileLocation"))
    state = found.text("vexAssessment", "state")
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{rule} in {package.name}"),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=sorted_ids((rule,))[0],
        locator=(next(iter(paths), ""),),
        summary=found.text("longDescription", limit=SUMMARY),
        vuln_ids=sorted_ids((rule,)),
        cvss_vector=vector,
        cvss_score=score,
        package=package,
        status=_ASSESSED.get(state, Status.OPEN),
        status_reason=found.text("vexAssessment", "justification", "justificationType") or state,
        first_seen=told.time("createTime"),
        last_seen=told.time("updateTime"),
        url=next(filter(None, (one.url("url") for one in found.items("relatedUrls"))), ""),
        scope=scope,
        pointer=issue.pointer(),
    )


def _package(issue: Wild) -> Package:
    """A distribution's package keeps its release, which stands in a CPE."""
    name, kind = issue.need("affectedPackage"), issue.text("packageType")
    installed, fixed_in = _version(issue.at("affectedVersion")), _version(issue.at("fixedVersion"))
    if kind in _REGISTRIES:
        return registry_package(_REGISTRIES[kind], "stdlib" if kind == "GO_STDLIB" else name, installed, fixed_in)
    cpe = _CPE.match(issue.text("affectedCpeUri"))
    if cpe and cpe["vendor"] in _DISTRIBUTIONS:
        base, form = _DISTRIBUTIONS[cpe["vendor"]]
        return distribution_package(form, f"{base}-{cpe['release']}", name, installed, fixed_in)
    return Package(name=name, installed=installed, fixed_in=fixed_in)


def _version(told: Wild) -> str:
    """``1:2.0-3``; "" of MAXIMUM, which is how Grafeas says that there is no fix."""
    if told.text("kind") not in ("", "NORMAL"):
        return ""
    epoch, name, revision = told.text("epoch"), told.text("name"), told.text("revision")
    written = f"{name}-{revision}" if revision else name
    return told.text("fullName") or (f"{epoch}:{written}" if written and epoch not in ("", "0") else written)


def _vector(told: Wild) -> str:
    """The metrics, which are told one by one (``ATTACK_VECTOR_NETWORK``); "" where one is missing."""
    words = {short: told.text(name).rpartition("_")[2] for short, name in _METRICS.items()}
    vector = "CVSS:3.1/" + "/".join(f"{short}:{word[:1]}" for short, word in words.items())
    return vector if "UNSPECIFIED" not in words.values() and score_of(vector) is not None else ""
