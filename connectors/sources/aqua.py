"""Aqua's scan reports of container images, by its webhook or from a pipeline."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Package, Record, Resource, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.images import image_repository
from connectors.formats.json_paths import At
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.reports import JsonReport, Report
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.quarantine import each
from connectors.signing import bearer, path_token, query_token
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "aqua"
_FORMATS = frozenset({"apk", "deb", "rpm"})
_WORDS = ("aqua_severity", "vendor_severity", "nvd_severity_v3", "nvd_severity")
_SCORES = (("nvd_vectors_v3", "nvd_score_v3"), ("aqua_vectors", "aqua_score"), ("nvd_vectors", "nvd_score"))
_VERSIONS = re.compile(r"[\w.+~:-]+(?:, ?[\w.+~:-]+)*")  # elsewhere the fix is told in whole sentences


@dataclass(frozen=True, slots=True)
class Image:
    """What a report is about: its repository, without the tag, and the release it is built on (``alpine-3.9.4``)."""

    resource: Resource
    base: str
    scanned_at: datetime | None

    @property
    def scope(self) -> str:
        return f"{ID} {self.resource.id}"


def _read(report: Report) -> Iterator[Record]:
    report.expect("image", "resources", says="no scan report of Aqua's")
    image = _image(report.head("image", "digest", "os", "version", "scan_started.seconds"), report.named)
    parts = report.heads("resources[]", "resource", "scanned")
    readers: dict[At, Callable[[Wild], Iterator[Finding]]] = {
        place: _reader(image, told.at("resource")) for place, told in parts.items()
    }
    yield from report.within(readers, {"resources[].vulnerabilities[]": lambda read, told: read(told)})
    yield from each(parts.values(), lambda told: _secrets(image, told))
    if all(told.get("scanned") is not False for told in parts.values()):
        yield Snapshot(image.scope, image.scanned_at)


def _image(head: Wild, named: str) -> Image:
    name, digest = head.need("image", limit=1_000), head.text("digest").removeprefix("sha256:")
    resource = Resource(
        id=named or image_repository(name),
        type="container-image",
        name=name,
        image_digest=f"sha256:{digest}" if digest else "",
    )
    base = "-".join(filter(None, (head.text("os").lower(), head.text("version"))))
    return Image(resource, base, head.time("scan_started", "seconds"))


def _reader(image: Image, part: Wild) -> Callable[[Wild], Iterator[Finding]]:
    return lambda told: _vulnerability(image, part, told)


def _vulnerability(image: Image, part: Wild, told: Wild) -> Iterator[Finding]:
    """One vulnerability of a package or a file. Aqua rates it itself; where it does not, the vendor or NVD does."""
    rule, path, fix = told.need("name"), part.text("path", limit=1_000), told.text("fix_version", limit=SUMMARY)
    fixed_in = fix if _VERSIONS.fullmatch(fix) else ""
    package = _package(image, part, fixed_in)
    word = told.first(*_WORDS)
    vector, score = next(((v, told.number(s)) for key, s in _SCORES if (v := told.text(key))), ("", None))
    severity, severity_from = told_or_scored(word, vector, score)
    yield Finding(
        source=ID,
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


def _secrets(image: Image, part: Wild) -> Iterator[Finding]:
    """The kinds of key that lie in a file. No snapshot: what has left an image has been in it."""
    told = part.at("resource")
    for rule in dict.fromkeys(told.texts("sensitive_items")):
        path = told.need("path", limit=1_000)
        yield Finding(
            source=ID,
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


def _recognise(start: Beginning) -> bool:
    return start.has("resources[].resource", "image") and start.has("scan_started.seconds")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Aqua",
    family=Family.REPORT,
    arrives="scan reports of images, by webhook or as files",
    kinds=(Kind.VULNERABILITY, Kind.SECRET),
    says_gone="what a later report of the same image no longer shows",
    vendor_docs=(
        "https://support.aquasec.com/support/solutions/articles/"
        "16000120203-send-image-scan-results-to-an-external-system"
    ),
    unconfirmed="what stands in `resources`, which is read as users have published it: Aqua documents the head only",
    verifiers=(bearer(), path_token(), query_token()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Under Settings, Image Scan Results Webhook, enable sending and enter this address with the secret as its last "
        "part, or post the JSON report of the scanner to /v1/scans/aqua with the secret as bearer token. An image goes "
        "by its repository without the tag: what its next report no longer shows is resolved. A leaked "
        "key stays open until a person says that it was replaced. Aqua's verdict on its own policies is not read."
    ),
)
