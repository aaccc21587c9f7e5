"""Scan reports of ``twistcli --output-file``: images with their vulnerable packages and failed checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.contract.finding import Finding, Kind, Package, Quarantined, Record, Resource, Snapshot, Status
from connectors.formats.images import image_repository
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.severities import from_word, told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.quarantine import each
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_USED_IN = re.compile(r"(?P<name>.+?) \(used in .+\)")
_FIXED_IN = re.compile(r"fixed in (\S+?),?(?: .*)?")
_DISTRO = re.compile(r"(?P<name>[A-Za-z ]+?)(?: GNU/Linux| Linux)?(?: release)? v?(?P<release>\d[\d.]*).*")
_REGISTRIES = {"python": "pypi", "nodejs": "npm", "gem": "gem", "go": "golang", "nuget": "nuget"}  # -> purl types
_PACKAGE_FORMATS = {"debian": "deb", "ubuntu": "deb", "alpine": "apk"}


@dataclass(frozen=True, slots=True)
class Image:
    """What one result is about. ``scope`` is "" where the report does not name the image."""

    source: str
    resource: Resource
    scope: str
    distribution: str
    types: dict[str, str]  # package name -> what kind of package it is


def read_result(source: str, told: Wild, named: str) -> Iterator[Record]:
    """One scanned image: it goes by its repository, without tag; by its digest only where nothing else is told."""
    image = _image(source, told, named)
    records = [
        *each(told.items("vulnerabilities"), lambda one: _vulnerability(image, one)),
        *each(told.items("compliances"), lambda one: _check(image, one)),
    ]
    yield from records
    if image.scope and not any(isinstance(record, Quarantined) for record in records):
        yield Snapshot(image.scope)


def _image(source: str, told: Wild, named: str) -> Image:
    digest, told_name = told.text("id"), told.text("name", limit=1_000)
    name = named or image_repository(told_name)
    identity = name or digest or told.need("id")
    types = {one.text("name"): one.text("type") for one in told.items("packages")}
    resource = Resource(id=identity, type="container-image", name=told_name or identity, image_digest=digest)
    return Image(
        source, resource, f"{source} twistcli {name}" if name else "", _distribution(told.text("distro")), types
    )


def _distribution(told: str) -> str:
    """``debian-12`` of ``Debian GNU/Linux 12 (bookworm)``."""
    found = _DISTRO.fullmatch(told)
    return f"{found['name'].strip().lower().replace(' ', '')}-{found['release']}" if found else ""


def _package(image: Image, name: str, kind: str, version: str, fixed_in: str) -> Package:
    if kind in ("os", "package") and image.distribution:
        form = _PACKAGE_FORMATS.get(image.distribution.partition("-")[0], "rpm")
        return distribution_package(form, image.distribution, name, version, fixed_in)
    if kind in _REGISTRIES:
        return registry_package(_REGISTRIES[kind], name, version, fixed_in)
    return Package(name=name, installed=version, fixed_in=fixed_in)


def _vulnerability(image: Image, told: Wild) -> Iterator[Finding]:
    rule, named = told.need("id"), told.need("packageName")
    binary = _USED_IN.fullmatch(named)
    name = binary["name"] if binary else named
    vector, score = told.text("vector"), told.number("cvss")
    word, state = told.text("severity"), told.text("status")
    severity, severity_from = told_or_scored(word, vector, score)
    fixed, path = _FIXED_IN.fullmatch(state), told.text("packagePath", limit=1_000)
    kind = "os" if binary else image.types.get(name, "")
    yield Finding(
        source=image.source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{rule} in {name}"),
        resource=image.resource,
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=sorted_ids((rule,))[0],
        locator=(path,),
        summary=told.text("description", limit=SUMMARY),
        vuln_ids=sorted_ids((rule,)),
        cvss_vector=vector,
        cvss_score=score,
        package=_package(image, name, kind, told.text("packageVersion"), fixed.group(1) if fixed else ""),
        status=Status.PASSED if state.lower() == "not affected" else Status.OPEN,
        status_reason=state,
        disclosed_at=told.time("publishedDate"),
        url=told.url("link"),
        scope=image.scope,
        pointer=told.pointer(),
    )


def _check(image: Image, told: Wild) -> Iterator[Finding]:
    rule, word = told.first("id", "title") or told.need("title"), told.text("severity")
    severity = from_word(word)
    yield Finding(
        source=image.source,
        kind=Kind.COMPLIANCE,
        rule_id=f"twistlock/{rule}",
        title=one_line(told.text("title", limit=400) or rule),
        resource=image.resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=f"twistlock/{rule}",
        summary=told.first("cause", "description", limit=SUMMARY),
        scope=image.scope,
        pointer=told.pointer(),
    )
