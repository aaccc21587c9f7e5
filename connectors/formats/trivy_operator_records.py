"""Trivy-operator's reports: which workload one is about, and its records read into findings.

Shapes: trivy-operator's ``pkg/apis/aquasecurity/v1alpha1``. A report tells all that was seen of one container, or one
object, at its ``updateTimestamp``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Package, Resource, Status
from connectors.formats.control_families import control_name, family_of
from connectors.formats.packages import distribution_package, package_from
from connectors.formats.severities import from_word, told_or_scored
from connectors.formats.trivy_records import ECOSYSTEMS, cvss_of
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.formats.workloads import owner_of, workload_resource
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_KUBERNETES_CHECK = re.compile(r"(K[SC]V)-?0*(\d{1,4})", re.ASCII)
_FORMATS = {"alpine": "apk", "wolfi": "apk", "chainguard": "apk", "debian": "deb", "ubuntu": "deb"}  # the rest: rpm
_FAMILIES = {"alma": "almalinux", "amazon": "amazon", "opensuse.leap": "opensuse", "opensuse.tumbleweed": "opensuse"}


@dataclass(frozen=True, slots=True)
class About:
    """What one report is about. ``gone``: the report was deleted, and what it told with it."""

    source: str
    resource: Resource
    container: str
    os: tuple[str, str]  # family, release
    scope: str
    observed_at: datetime | None
    gone: bool

    @property
    def status(self) -> Status:
        return Status.RESOLVED if self.gone else Status.OPEN

    @property
    def reason(self) -> str:
        return "its report was deleted from the cluster" if self.gone else ""


def about(source: str, told: Wild, cluster: str, gone: bool) -> About:
    """The workload, by the labels the operator sets; long names stand in an annotation of the same name."""
    labels, notes = told.at("metadata", "labels"), told.at("metadata", "annotations")
    kind = _named(labels, notes, "kind")
    name = _named(labels, notes, "name")
    if not (kind and name):
        owner = next(told.items("metadata", "ownerReferences"), Wild({}))
        kind, name = kind or owner.text("kind"), name or owner.text("name")
    if not (kind and name):
        raise told.bad("it has neither labels trivy-operator.resource.* nor an owner", "metadata", "labels")
    namespace = _named(labels, notes, "namespace") or told.text("metadata", "namespace")
    kind, name = owner_of(kind, name)
    container, report = labels.text("trivy-operator.container.name"), told.at("report")
    resource = workload_resource(namespace, kind, name, cluster, report.text("artifact", "digest"))
    return About(
        source,
        resource,
        container,
        (report.text("os", "family").lower(), report.text("os", "name")),
        " ".join(part for part in (source, resource.id, container, told.text("kind")) if part),
        report.time("updateTimestamp"),
        gone,
    )


def _named(labels: Wild, notes: Wild, key: str) -> str:
    full = f"trivy-operator.resource.{key}"
    return labels.text(full) or notes.text(full)


def vulnerability(seen: About, told: Wild) -> Iterator[Finding]:
    """One vulnerability of one package in one container."""
    rule, name = told.need("vulnerabilityID"), told.need("resource")
    vector, score = cvss_of(told, "cvss")
    score = told.number("score") if score is None else score
    word = told.text("severity")
    severity, severity_from = told_or_scored("" if word == "UNKNOWN" else word, vector, score)
    path = told.text("packagePath", limit=1_000) or (
        told.text("target", limit=1_000) if told.text("class") == "lang-pkgs" else ""
    )
    yield Finding(
        source=seen.source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(told.text("title", limit=400) or f"{rule} in {name}"),
        resource=seen.resource,
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=sorted_ids((rule,))[0],
        locator=(seen.container, path),
        summary=told.text("description", limit=SUMMARY),
        vuln_ids=sorted_ids((rule,)),
        cvss_vector=vector,
        cvss_score=score,
        package=_package(seen, told, name),
        status=seen.status,
        status_reason=seen.reason,
        disclosed_at=told.time("publishedDate"),
        url=told.url("primaryLink"),
        scope=seen.scope,
        observed_at=seen.observed_at,
        pointer=told.pointer(),
    )


def _package(seen: About, told: Wild, name: str) -> Package:
    """A distribution's package keeps its distribution and release: a backport is not its upstream version."""
    purl, (family, release) = told.text("packagePURL", limit=2_000), seen.os
    installed, fixed_in, kind = told.text("installedVersion"), told.text("fixedVersion"), told.text("packageType")
    family = _FAMILIES.get(family, family)
    distro = f"{family}-{release}" if family and release else family
    if not purl and distro and told.text("class") != "lang-pkgs":
        return distribution_package(_FORMATS.get(family, "rpm"), distro, name, installed, fixed_in)
    ecosystem = ECOSYSTEMS.get(kind, kind)
    return package_from(purl, name=name, installed=installed, fixed_in=fixed_in, ecosystem=ecosystem, distro=distro)


def check_name(told: str) -> str:
    """The name of a check of Kubernetes objects; ``KSV001`` and ``AVD-KSV-0001`` are one."""
    name = control_name(told)
    known = _KUBERNETES_CHECK.fullmatch(name)
    return f"{known.group(1)}-{int(known.group(2)):04d}" if known else name


def check(seen: About, told: Wild) -> Iterator[Finding]:
    """One check of a Kubernetes object."""
    rule = check_name(told.need("checkID"))
    family, word = family_of(rule), told.text("severity")
    severity = from_word(word)
    yield Finding(
        source=seen.source,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(told.text("title", limit=400) or rule),
        resource=seen.resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=family.problem,
        locator=(told.text("scope", "type"), told.text("scope", "value")),
        summary=next(iter(told.texts("messages", limit=SUMMARY)), "") or told.text("description", limit=SUMMARY),
        world_open=family.world_open,
        status=Status.PASSED if told.flag("success") else seen.status,
        status_reason=seen.reason,
        remediation_text=told.text("remediation", limit=SUMMARY),
        scope=seen.scope,
        observed_at=seen.observed_at,
        pointer=told.pointer(),
    )


def secret(seen: About, told: Wild) -> Iterator[Finding]:
    """One leaked credential in an image. Of ``match`` only a digest stays."""
    rule, target, word = told.need("ruleID"), told.need("target", limit=1_000), told.text("severity")
    severity = from_word(word)
    print_ = hashlib.sha256(told.text("match", limit=2_000).encode()).hexdigest()[:16]
    yield Finding(
        source=seen.source,
        kind=Kind.SECRET,
        rule_id=rule,
        title=one_line(f"{told.text('title') or rule} in {target}"),
        resource=seen.resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        locator=(seen.container, target, rule, print_),
        status=seen.status,
        status_reason=seen.reason,
        scope=seen.scope,
        observed_at=seen.observed_at,
        pointer=told.pointer(),
    )
