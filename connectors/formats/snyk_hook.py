"""What one of Snyk's projects is about, and each of its issues read into a finding, as its webhook tells them.

Shapes: Snyk docs, "Webhook events and payloads": project_snapshot, project and issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from connectors.contract.finding import Finding, Package, Resource, Status
from connectors.formats.images import image_repository
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.repositories import repository_name
from connectors.formats.snyk_finding import TYPES, finding_of
from connectors.wild import Wild

_IMAGES = frozenset({"apk", "deb", "dockerfile", "linux", "rpm"})  # project types of an operating system's packages
_HOSTS = {"github": "github.com", "bitbucket-cloud": "bitbucket.org"}  # origins that are one service
# SNYK-DEBIAN12-OPENSSL-1 is about Debian 12, SNYK-UBUNTU2204-… about 22.04, SNYK-ALPINE318-… about 3.18
_RELEASE = re.compile(r"SNYK-(DEBIAN|UBUNTU|ALPINE|RHEL|CENTOS|ROCKY|SLES|AMZN)(\d{1,6})-.+", re.ASCII)
_FORMATS = {"debian": "deb", "ubuntu": "deb", "alpine": "apk"}
_BEFORE_DOT = {"ubuntu": 2, "alpine": 1, "sles": 2}  # digits of a release before its dot


@dataclass(frozen=True, slots=True)
class Project:
    """``type`` is Snyk's name of the package manager; ``file`` the manifest, where the project is one file's."""

    resource: Resource
    type: str
    file: str
    url: str
    tested_at: datetime | None


def project_of(told: Wild) -> Project:
    """``name`` is ``acme/payments:web/package.json``, or ``docker-image|registry.example.com/api``, for an application
    in an image with ``:/srv/package-lock.json`` behind it.

    Raises Unreadable.
    """
    type_, name = told.text("type"), told.need("name", limit=1_000)
    url, tested_at = told.url("browseUrl"), told.time("lastTestedDate")
    if type_ in _IMAGES or name.startswith("docker-image|"):
        named, _, file = name.rpartition("|")[2].partition(":/")
        image = Resource(id=image_repository(named), type="container-image", name=named)
        return Project(image, type_, file, url, tested_at)
    short, _, file = name.partition(":")
    repository = repository_name(told.text("remoteRepoUrl", limit=1_000)) or _at_host(told.text("origin"), short)
    resource = Resource(
        id=repository or short,
        type="repository" if repository else "project",
        name=short,
        repository=repository,
        path=file,
    )
    return Project(resource, type_, file, url, tested_at)


def _at_host(origin: str, name: str) -> str:
    return f"{_HOSTS[origin]}/{name}" if origin in _HOSTS else ""


def read_issue(source: str, project: Project, gone: bool, told: Wild) -> Iterator[Finding]:
    """One issue; ``gone`` is what stands among those that the test no longer finds. Raises Unreadable."""
    about = told.at("issueData")
    rule = told.text("id") or about.need("id")
    is_licence = told.text("issueType") == "license"
    package = _package(project, rule, told)
    status, reason = _status(gone, told)
    yield replace(
        finding_of(source, rule, about, project.resource, package, file=project.file, is_licence=is_licence),
        status=status,
        status_reason=reason,
        observed_at=project.tested_at,
        url=project.url,
        remediation_url=about.url("url"),
        pointer=told.pointer(),
    )


def _status(gone: bool, told: Wild) -> tuple[Status, str]:
    if gone:
        return Status.RESOLVED, "Snyk's test no longer finds it"
    if told.flag("isPatched"):
        return Status.RESOLVED, "patched by Snyk"
    return (Status.SUPPRESSED, "ignored in Snyk") if told.flag("isIgnored") else (Status.OPEN, "")


def _package(project: Project, rule: str, told: Wild) -> Package:
    """A distribution's package is named ``<source>/<binary>``, and its release by the issue's id."""
    name, version = told.need("pkgName"), ", ".join(sorted(told.texts("pkgVersions")))
    fixed_in = told.text("fixInfo", "nearestFixedInVersion") or told.text("issueData", "nearestFixedInVersion")
    if project.type in TYPES:
        return registry_package(TYPES[project.type], name, version, fixed_in)
    binary = name.rpartition("/")[2] if project.type in _IMAGES else name
    if distro := _distro(rule):
        format_ = _FORMATS.get(distro.partition("-")[0], "rpm")
        return distribution_package(format_, distro, binary, version, fixed_in)
    return Package(name=binary, installed=version, fixed_in=fixed_in, ecosystem=project.type)


def _distro(rule: str) -> str:
    """``debian-12`` of ``SNYK-DEBIAN12-OPENSSL-1``; "" of an issue that is no distribution's."""
    found = _RELEASE.fullmatch(rule)
    if not found:
        return ""
    base, digits = found.group(1).lower(), found.group(2)
    dot = _BEFORE_DOT.get(base, len(digits))
    release = f"{digits[:dot]}.{digits[dot:]}" if len(digits) > dot else digits
    return f"{'amazon' if base == 'amzn' else base}-{release}"
