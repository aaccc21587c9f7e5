"""Trivy's JSON report (SchemaVersion 2): the artifact it is about, and what each of its results is about.

Shape: Trivy's ``pkg/types/report.go``. A report tells all that Trivy saw of one artifact, class by class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Resource
from connectors.formats.images import named_by_digest
from connectors.formats.repositories import repository_name
from connectors.wild import Wild

HEAD = ("ArtifactName", "ArtifactType", "CreatedAt", "Metadata")
RESULT = ("Target", "Class", "Type")
_NAMELESS = frozenset({"", ".", "./", "/", ".."})
_TYPES = {
    "container_image": "container-image",
    "repository": "repository",
    "filesystem": "filesystem",
    "vm": "vm-image",
}
NO_NAME = "the report does not say what was scanned; scan by name, or post it with the header X-Suture-Resource"


@dataclass(frozen=True, slots=True)
class Artifact:
    """What a report is about. ``scope`` is "" when the report does not say, since then nothing can be called absent."""

    resource: Resource
    scope: str
    warnings: tuple[str, ...] = ()
    observed_at: datetime | None = None  # when the report was made


def artifact_of(head: Wild, named: str) -> Artifact:
    """The artifact a report's head tells of; ``named`` is the sender's own name for it, which counts more.

    An image goes by its repository, without the tag, where its digest is known: a new tag is not a new thing.
    """
    told = head.text("ArtifactName", limit=1_000)
    kind = head.text("ArtifactType")
    image, digest = named_by_digest(head.texts("Metadata", "RepoDigests"))
    tags = head.texts("Metadata", "RepoTags")
    address = head.text("Metadata", "RepoURL") or (told if kind == "repository" else "")
    name = named or image or repository_name(address) or told
    if not named and name in _NAMELESS:
        name = tags[0] if tags else head.text("Metadata", "ImageID") or name or "."
    nameless = name in _NAMELESS
    resource = Resource(
        id=name,
        type=_TYPES.get(kind, kind),
        name=told or name,
        repository=repository_name(address) if address else "",
        image_digest=digest or head.text("Metadata", "ImageID"),
    )
    return Artifact(
        resource, "" if nameless else f"trivy {name}", (NO_NAME,) if nameless else (), head.time("CreatedAt")
    )


@dataclass(frozen=True, slots=True)
class Result:
    """The head of one of a report's results: what was looked at, and as what."""

    target: str
    kind: str  # Trivy's Class: os-pkgs, lang-pkgs, config, secret …
    type: str  # debian, npm, terraform …


def result_of(told: Wild) -> Result:
    """The head of one result. Raises Unreadable."""
    return Result(told.text("Target", limit=1_000), told.text("Class"), told.text("Type"))
