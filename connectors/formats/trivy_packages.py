"""The packages that Trivy lists beside its findings (``--list-all-pkgs``), as components of what it scanned.

Shape: Trivy's ``pkg/fanal/types/package.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Record
from connectors.formats.components import seen
from connectors.formats.purls import with_source_package
from connectors.formats.trivy_report import Artifact
from connectors.wild import Wild

_SCANNED_ITSELF = frozenset({"root", "workspace"})  # Trivy's Relationship of the project whose packages these are
_PURL = 2_001


def names_of(artifact: Artifact) -> tuple[str, ...]:
    """What an inventory may call the artifact, the most exact first; () when the report does not name it."""
    about = artifact.resource
    names = (about.id, about.name, about.image_digest, about.repository) if artifact.scope else ()
    return tuple(dict.fromkeys(filter(None, names)))


def package(names: tuple[str, ...], told: Wild) -> Iterator[Record]:
    """One package, under its distribution's version, with the source package it was built from."""
    name = told.need("Name")
    if not names or told.text("Relationship") in _SCANNED_ITSELF:
        return
    purl = told.text("Identifier", "PURL", limit=_PURL)
    version, release, epoch = told.text("SrcVersion"), told.text("SrcRelease"), told.whole("SrcEpoch")
    if purl and version:
        whole = f"{f'{epoch}:' if epoch else ''}{version}{f'-{release}' if release else ''}"
        purl = with_source_package(purl, told.text("SrcName"), whole)
    yield seen(names, purl, told, called=name, key="Identifier")
