"""SPDX documents: what they are about and the packages they list.

Shapes: SPDX 2.2 and 2.3 in JSON (https://spdx.github.io/spdx-spec/v2.3/) and SPDX 3.0 in JSON-LD
(https://spdx.github.io/spdx-spec/v3.0.1/), whose elements stand in one ``@graph``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from connectors.contract.finding import Record
from connectors.formats.components import seen
from connectors.formats.images import image_repository
from connectors.formats.oci import image_of
from connectors.formats.purls import with_source_package
from connectors.formats.reports import Report
from connectors.text import clean
from connectors.wild import Unreadable, Wild

T = TypeVar("T")
_PURL = 2_001  # one character more than a purl may have, so that a cut one is not taken for whole
_BUILT_FROM = re.compile(r"built package from: (\S+) (\S+)")  # Trivy's words for a distribution's source package
_DOCUMENT = "SPDXRef-DOCUMENT"
_ROOTED = frozenset({"SpdxDocument", "Bom", "software_Sbom"})
NO_NAME = "the document does not say what it is about; post it with the header X-Suture-Resource"


@dataclass(frozen=True, slots=True)
class Listed:
    """One package as either version lists it."""

    id: str
    name: str
    version: str
    purl: str


@dataclass(frozen=True, slots=True)
class About:
    """What a document is about: the ids of the packages at its root, and the names an inventory may have for them."""

    roots: frozenset[str]
    names: tuple[str, ...]


def package(about: About, told: Wild) -> Iterator[Record]:
    """A package of SPDX 2; the one that the document is about is not a part of itself."""
    yield from _seen(about, told, _listed(told))


def element(about: About, told: Wild) -> Iterator[Record]:
    """An element of SPDX 3, if it is a package."""
    if told.text("type") == "software_Package":
        yield from _seen(about, told, _listed_in_graph(told))


def _seen(about: About, told: Wild, listed: Listed) -> Iterator[Record]:
    if listed.id not in about.roots and about.names:
        yield seen(about.names, listed.purl, told, called=listed.name)


def _listed(told: Wild) -> Listed:
    references = told.items("externalRefs")
    purls = (one.text("referenceLocator", limit=_PURL) for one in references if one.text("referenceType") == "purl")
    purl, source = next(purls, ""), _BUILT_FROM.search(told.text("sourceInfo"))
    if purl and source:
        purl = with_source_package(purl, *source.groups())
    return Listed(told.need("SPDXID"), told.need("name", limit=1_000), told.text("versionInfo"), purl)


def _listed_in_graph(told: Wild) -> Listed:
    others = told.items("externalIdentifier")
    purls = (
        one.text("identifier", limit=_PURL) for one in others if one.text("externalIdentifierType") == "packageUrl"
    )
    purl = told.text("software_packageUrl", limit=_PURL) or next(purls, "")
    name, version = told.need("name", limit=1_000), told.text("software_packageVersion")
    return Listed(told.need("spdxId", limit=1_000), name, version, purl)


def about_document(report: Report) -> About:
    """What a document of SPDX 2 DESCRIBES; where that is nothing or several things, the document's own name."""
    head = report.head("name", "documentDescribes[]")
    roots = {*_each(report, "documentDescribes[]", lambda told: told.text()), *_each(report, "relationships[]", _root)}
    return _about(report, roots, _each(report, "packages[]", _listed), head.text("name", limit=1_000))


def _root(told: Wild) -> str:
    kind = told.text("relationshipType")
    one, other = told.text("spdxElementId"), told.text("relatedSpdxElement")
    if kind == "DESCRIBES" and one == _DOCUMENT:
        return other
    return one if kind == "DESCRIBED_BY" and other == _DOCUMENT else ""


def about_graph(report: Report) -> About:
    """What a document of SPDX 3 has at its root, through the bill of materials that may stand between."""
    rooted = list(_each(report, "@graph[]", _rooted))
    roots = {root for _, found in rooted for root in found}
    name = next((name for name, _ in rooted if name), "")
    listed = _each(report, "@graph[]", lambda told: _listed_in_graph(told) if "software" in told.text("type") else None)
    return _about(report, roots, (one for one in listed if one is not None), name)


def _rooted(told: Wild) -> tuple[str, tuple[str, ...]]:
    if told.text("type") not in _ROOTED:
        return "", ()
    return told.text("name", limit=1_000), told.texts("rootElement", limit=1_000)


def _about(report: Report, roots: set[str], listed: Iterator[Listed], name: str) -> About:
    found = {one.id: one for one in listed if one.id in roots}
    root = next(iter(found.values())) if len(found) == 1 else None  # of several, none is what the whole is about
    names = (clean(report.named), *(_names(root) if root is not None else (name,)))
    return About(frozenset(found if root is not None else ()), tuple(dict.fromkeys(filter(None, names))))


def _names(about: Listed) -> tuple[str, ...]:
    name, version = about.name, about.version
    repository, digest = image_of(about.purl)
    if not digest and version.startswith("sha256:"):
        repository, digest = image_repository(name), version
    of_image = (repository, f"{repository or name}@{digest}", digest) if digest else ()
    tagged = (f"{name}:{version}", f"{name}@{version}") if version and version != digest else ()
    return (*of_image, name, *tagged, about.purl)


def _each(report: Report, path: str, read: Callable[[Wild], T]) -> Iterator[T]:
    """What is read at a path. What cannot be is told where records are made of it."""
    for met in report.meet((path,)):
        if met.path and not met.expected:
            try:
                found = read(report.wild(met.at, met.value))
            except Unreadable:
                continue
            yield found
