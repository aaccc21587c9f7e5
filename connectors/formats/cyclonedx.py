"""What a CycloneDX bill of materials is about, in JSON and in XML alike: ``Bill``, and the names of its subject.

Shape: https://cyclonedx.org/docs/1.6/json/ and https://cyclonedx.org/docs/1.6/xml/; XML is read as the JSON it stands
for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Resource
from connectors.formats.cyclonedx_xml import shaped
from connectors.formats.images import image_repository
from connectors.formats.oci import image_of
from connectors.formats.purls import with_source_package
from connectors.formats.reports import Report
from connectors.formats.repositories import repository_name
from connectors.formats.xml_report import XmlFile
from connectors.wild import Wild

_TRIVY = "aquasecurity:trivy:Src"
_HEAD = ("bomFormat", "specVersion", "serialNumber", "version", *(f"metadata.{k}" for k in ("timestamp", "component")))
_SAYERS = ("tools", "authors", "manufacturer", "manufacture", "supplier")
_TYPES = {
    "container": "container-image",
    "operating-system": "host",
    "device": "host",
    "firmware": "host",
    "application": "application",
}
NO_NAME = "the bill does not say what it is about (metadata.component); post it with the header X-Suture-Resource"


@dataclass(frozen=True, slots=True)
class Bill:
    """The head of a bill.

    ``resource`` is None when nobody says what it is about; ``names`` are what an inventory may call that, the most
    exact first. ``whole``: it lists components and vulnerabilities, so what is not in it is gone.
    """

    source: str
    resource: Resource | None
    names: tuple[str, ...]
    ref: str  # the bom-ref of what it is about
    tool: str
    author: str  # who says what the bill says of vulnerabilities
    number: str  # urn:uuid:…, "" when it has none
    version: str
    at: datetime | None
    lists_components: bool
    whole: bool

    @property
    def products(self) -> tuple[str, ...]:
        """The names under which what is said of it holds: of an image for this very build."""
        if self.resource is None:
            return ()
        about = self.resource
        return (f"{about.id}@{about.image_digest}" if about.image_digest else about.id,)

    @property
    def scope(self) -> str:
        """The snapshot's scope, "" when nothing can be called absent."""
        return " ".join((self.source, self.tool, self.resource.id)) if self.resource is not None and self.whole else ""

    @property
    def document(self) -> str:
        """The name under which a later one replaces what this states; each bill of a tool has a number of its own."""
        about = self.resource.id if self.resource is not None else self.author or "of nobody"
        return self.scope or self.number or f"{self.source} {about}"


@dataclass(frozen=True, slots=True)
class Paths:
    """Where the lists of a bill lie."""

    components: str
    vulnerabilities: str


JSON = Paths("components[]", "vulnerabilities[]")
XML = Paths("bom/components/component", "bom/vulnerabilities/vulnerability")


def paths_of(report: Report) -> Paths:
    """Where the lists of this bill lie."""
    return XML if isinstance(report, XmlFile) else JSON


def bill_of(source: str, report: Report) -> Bill:
    """The head of a bill. Raises UnknownShape when it is none."""
    head, keys = _xml_head(report) if isinstance(report, XmlFile) else _json_head(report)
    told = head.at("metadata", "component")
    resource, names = _subject(told, report.named)
    tool = next(_names(head, "tools"), "")
    return Bill(
        source=source,
        resource=resource,
        names=names,
        ref=told.text("bom-ref", limit=1_000),
        tool=tool,
        author=next((name for key in _SAYERS[1:] for name in _names(head, key)), tool),
        number=head.text("serialNumber"),
        version=head.text("version"),
        at=head.time("metadata", "timestamp"),
        lists_components="components" in keys,
        whole={"components", "vulnerabilities"} <= keys,
    )


def _json_head(report: Report) -> tuple[Wild, frozenset[str]]:
    report.expect("bomFormat", "specVersion", says='no CycloneDX bill ("bomFormat": "CycloneDX")')
    head = report.head(*_HEAD, *(f"metadata.{key}" for key in _SAYERS))
    if head.text("bomFormat") != "CycloneDX":
        raise UnknownShape('no CycloneDX bill: "bomFormat" is not "CycloneDX"')
    return head, frozenset(head.value)


def _xml_head(report: XmlFile) -> tuple[Wild, frozenset[str]]:
    report.expect("bom", says="no CycloneDX bill")
    heads = report.heads("bom", "metadata")
    groups = report.heads("bom/components"), report.heads("bom/vulnerabilities")
    head = shaped(next(iter(heads.values())))
    return head, frozenset(key for key, group in zip(("components", "vulnerabilities"), groups, strict=True) if group)


def _names(head: Wild, key: str) -> Iterator[str]:
    """The names under ``metadata.tools`` and its like: an object with a name, a list of them, or lists inside."""
    value = head.get("metadata", key)
    for told in (value, *(_inside(value))):
        for one in told if isinstance(told, list) else [told]:
            if isinstance(one, Mapping) and isinstance(one.get("name"), str) and one["name"]:
                yield Wild(one).text("name", limit=120)


def _inside(value: Any) -> tuple[Any, ...]:
    return tuple(map(value.get, ("components", "services", "tool"))) if isinstance(value, Mapping) else ()


def _subject(told: Wild, named: str) -> tuple[Resource | None, tuple[str, ...]]:
    if told.value is None and not named:
        return None, ()
    name, version, purl = (told.text(key, limit=1_000) for key in ("name", "version", "purl"))
    group, kind = told.text("group"), told.text("type")
    whole = f"{group}/{name}" if group and name else name
    repository, digest = image_of(purl) if purl else ("", "")
    digest = digest or (version if version.startswith("sha256:") else "")
    if kind == "container":
        whole = repository or (image_repository(whole) if digest or "@" in whole else whole)
    if not (named or whole):
        return None, ()
    names = dict.fromkeys(filter(None, (named, whole, *identifiers_of(name, version, purl, ""))))
    resource = Resource(
        id=named or whole,
        type=_TYPES.get(kind, kind),
        name=name or named,
        repository=_repository(told),
        image_digest=digest,
    )
    return resource, tuple(names)


def _repository(told: Wild) -> str:
    """The address of its source code, where the bill gives one."""
    for reference in told.items("externalReferences"):
        if reference.text("type") == "vcs" and (url := reference.text("url", limit=1_000)):
            return repository_name(url)
    return ""


def identifiers_of(name: str, version: str, purl: str, ref: str) -> tuple[str, ...]:
    """The names under which an inventory may have what a bill is about, each once."""
    tagged = [f"{name}{mark}{version}" for mark in (":", "@") if name and version]
    names = (name, *tagged, purl, ref, version if version.startswith("sha256:") else "")
    return tuple(dict.fromkeys(word for word in names if word))


def with_told_source(purl: str, properties: Any) -> str:
    """The purl with its source package: Trivy tells it beside the purl, others (Syft) in ``upstream`` itself.

    Debian's and Alpine's advisories name only sources: without it ``libssl1.0.0`` would never be hit.
    """
    if not isinstance(properties, list):
        return purl
    told = {
        entry["name"].removeprefix(_TRIVY): str(entry.get("value", ""))
        for entry in properties
        if isinstance(entry, Mapping) and str(entry.get("name")).startswith(_TRIVY)
    }
    epoch = f"{told['Epoch']}:" if told.get("Epoch") else ""
    release = f"-{told['Release']}" if told.get("Release") else ""
    version = f"{epoch}{told['Version']}{release}" if told.get("Version") else ""
    return with_source_package(purl, told.get("Name", ""), version)
