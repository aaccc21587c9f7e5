"""What Aqua's scan reports say of one image: the vulnerabilities of its packages and files, and keys that lie in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Package, Resource
from connectors.formats.images import image_repository
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_FORMATS = frozenset({"apk", "deb", "rpm"})
_WORDS = ("aqua_severity", "vendor_severity", "nvd_severity_v3", "nvd_severity")
_SCORES = (("nvd_vectors_v3", "nvd_score_v3"), ("aqua_vectors", "aqua_score"), ("nvd_vectors", "nvd_score"))
_VERSIONS = re.compile(r"[\w.+~:-]+(?:, ?[\w.+~:-]+)*")  # elsewhere the fix is told in whole sentences


@dataclass(frozen=True, slots=True)
class Image:
    """What a report is about: its repository, without the tag, and the release it is built on (``alpine-3.9.4``)."""

    source: str
    resource: Resource
    base: str
    scanned_at: datetime | None

    @property
    def scope(self) -> str:
        """What the next report of the image tells anew."""
        return f"{self.source} {self.resource.id}"


def image_of(source: str, head: Wild, named: str) -> Image:
    """The image that a report's head names; ``named`` is the sender's own name for it. Raises Unreadable."""
    name, digest = head.need("image", limit=1_000), head.text("digest").removeprefix("sha256:")
    resource = Resource(
        id=named or image_repository(name),
        type="container-image",
        name=name,
        image_digest=f"sha256:{digest}" if digest else "",
    )
    base = "-".join(filter(None, (head.text("os").lower(), head.text("version"))))
    return Image(source, resource, base, head.time("scan_started", "seconds"))


def vulnerability(image: Image, part: Wild, told: Wild) -> Iterator[Finding]:
    """One vulnerability of a package or a file. Aqua rates it itself; where it does not, the vendor or NVD does."""
    rule, path, fix = told.need("name"), part.text("path", limit=1_000), told.text("fix_version", limit=SUMMARY)
    fixed_in = fix if _VERSIONS.fullmatch(fix) else ""
    package = _package(image, part, fixed_in)
    word = told.first(*_WORDS)
    vector, score = next(((v, told.number(s)) for key, s in _SCORES if (v := told.text(key))), ("", None))
    severity, severity_from = told_or_scored(word, vector, score)
    yield Finding(
        source=image.source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{rule} in {package.name if package else path or part.need('name')}"),
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
        package=package,
        observed_at=image.scanned_at,
        disclosed_at=told.time("publish_date"),
        url=told.url("vendor_url") or told.url("nvd_url"),
        remediation_text=told.text("solution", limit=SUMMARY) or ("" if fixed_in else fix),
        scope=image.scope,
        pointer=told.pointer(),
    )


def secrets(image: Image, part: Wild) -> Iterator[Finding]:
    """The kinds of key that lie in a file. No snapshot: what has left an image has been in it."""
    told = part.at("resource")
    for rule in dict.fromkeys(told.texts("sensitive_items")):
        path = told.need("path", limit=1_000)
        yield Finding(
            source=image.source,
            kind=Kind.SECRET,
            rule_id=rule,
            title=one_line(f"{rule} in {path}"),
            resource=replace(image.resource, path=path),
            problem=rule,
            locator=(path,),
            observed_at=image.scanned_at,
            pointer=part.pointer(),
        )


def _package(image: Image, part: Wild, fixed_in: str) -> Package | None:
    """A file (a jar, a script) is known by its path alone."""
    name, version, form = part.text("name"), part.text("version"), part.text("format")
    if form in _FORMATS:
        return distribution_package(form, image.base, name or part.need("name"), version, fixed_in)
    if form == "npm":
        return registry_package(form, name or part.need("name"), version, fixed_in)
    return Package(name=name, installed=version, fixed_in=fixed_in) if name else None
