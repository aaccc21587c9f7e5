"""One issue of JFrog Xray's read into findings: a vulnerability, or what else a policy forbids, in artifacts' packages.

Shape: JFrog's article "XRAY: Webhook Payload Format" (schema 1.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from connectors.contract.finding import Finding, Kind, Package, Record, Resource
from connectors.contract.source import Headers
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.severities import from_word
from connectors.formats.vulnerability_ids import is_vulnerability_id, problem_of, sorted_ids
from connectors.quarantine import each
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_TYPES = {  # Xray's package types -> purl types
    **dict.fromkeys(("maven", "gradle"), "maven"),
    "cargo": "cargo",
    "composer": "composer",
    "gems": "gem",
    "go": "golang",
    "npm": "npm",
    "nuget": "nuget",
    "pypi": "pypi",
}
_FORMATS = {"debian": "deb", "alpine": "apk"}
_IMAGES = frozenset({"docker", "oci"})


def read_issue(source: str, at: datetime | None, issue: Wild) -> Iterator[Record]:
    """One issue on every artifact it hits, in every package that carries it there; ``at`` is when Xray told it.

    Raises Unreadable for the issue; an artifact or a package that cannot be read is set aside by itself.
    """
    artifacts = list(issue.items("impacted_artifacts"))
    if not artifacts:
        raise issue.bad("this is needed and is missing or empty", "impacted_artifacts")
    yield from each(artifacts, partial(_of_artifact, source, at, issue))


def _of_artifact(source: str, at: datetime | None, issue: Wild, artifact: Wild) -> Iterator[Record]:
    infected = list(artifact.items("infected_files"))
    if not infected:
        yield from _finding(source, at, issue, artifact, None)
    told = set[str]()  # a package in several files of one artifact is told once
    for one in infected:
        for record in each([one], lambda file: _finding(source, at, issue, artifact, _package(file))):
            named = record.package.name if isinstance(record, Finding) and record.package else ""
            if not named or named not in told:
                yield record
            told.add(named)


def _finding(
    source: str, at: datetime | None, issue: Wild, artifact: Wild, package: Package | None
) -> Iterator[Finding]:
    rule = issue.first("vulnerability_id", "issue_id") or issue.need("vulnerability_id")
    ids = sorted_ids(one for one in (rule, issue.text("cve")) if is_vulnerability_id(one))
    is_security = issue.text("type").lower() in {"", "security"}
    word = issue.text("severity")
    severity = from_word(word)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY if is_security else Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(issue.text("summary", limit=400) or rule),
        resource=_resource(artifact),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=problem_of(rule, ids),
        locator=(_repository(artifact),),
        summary=issue.text("description", limit=SUMMARY),
        vuln_ids=ids,
        package=package,
        observed_at=at,
        pointer=artifact.pointer(),
    )


def _resource(artifact: Wild) -> Resource:
    """An artifact, a build or an image by its name; the version, tag or number behind the last colon changes."""
    told, kind = artifact.first("display_name", "name") or artifact.need("name"), artifact.text("pkg_type").lower()
    name = told.rpartition(":")[0] or told
    sort = "container-image" if kind in _IMAGES else "build" if kind == "build" else "artifact"
    return Resource(id=name, type=sort, name=told)


def _repository(artifact: Wild) -> str:
    """``default/libs-release`` of ``default/libs-release/org/acme/…``: the instance and its repository."""
    return "/".join(artifact.text("path", limit=1_000).split("/")[:2])


def _package(infected: Wild) -> Package:
    """``org.example:json:2.28``; of a distribution ``debian:bookworm:openssl:3.0.9`` or ``3.18:musl:1.2.4-r1``."""
    told, kind = infected.first("display_name", "name") or infected.need("name"), infected.text("pkg_type").lower()
    name, colon, version = told.rpartition(":")
    if not colon:
        return Package(name=told, ecosystem=kind)
    if kind in _TYPES:
        return registry_package(_TYPES[kind], name, version)
    release, _, package = name.rpartition(":")
    if kind in _FORMATS and release:
        distro = release.replace(":", "-") if kind == "debian" else f"{kind}-{release}"
        return distribution_package(_FORMATS[kind], distro, package, version)
    return Package(name=name, installed=version, ecosystem=kind)


def told_for(headers: Headers, body: Any) -> str:
    """The alert's id, with the rule that it is told for: one alert may break several, and each of them tells it."""
    told = [body.get(key) for key in ("alert_id", "policy_name", "policy_rule")] if isinstance(body, dict) else [None]
    return "/".join(part for part in told if isinstance(part, str)) if isinstance(told[0], str) else ""
