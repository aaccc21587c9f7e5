"""What a report of Grype's is about: an image, a directory, a file, an SBOM, and the distribution found in it.

Shape: Grype's ``grype/presenter/models/source.go`` and ``distribution.go``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Resource
from connectors.formats.images import image_repository, named_by_digest
from connectors.formats.scanned import NO_NAME
from connectors.wild import Wild

_NAMELESS = frozenset({"", ".", "./", "/", "..", "unknown"})


@dataclass(frozen=True, slots=True)
class Target:
    """``scope`` is "" when nobody said what was scanned by a name that lasts. ``distro`` is ``debian-12``."""

    resource: Resource
    scope: str
    distro: str
    warnings: tuple[str, ...]
    observed_at: datetime | None


def target_of(source: str, head: Wild, named: str) -> Target:
    """What the head of a report tells of; ``named`` is the sender's own name for it, which counts more."""
    told = head.at("source")
    kind = told.text("type")
    resource = _image(told.at("target"), named) if kind == "image" else _place(told, kind, named)
    nameless = resource.id in _NAMELESS
    distro = head.at("distro")
    release = "-".join(filter(None, (distro.text("name"), distro.text("version"))))
    return Target(
        resource=resource,
        scope="" if nameless else f"{source} {resource.id}",
        distro=release,
        warnings=(NO_NAME,) if nameless else (),
        observed_at=head.time("descriptor", "timestamp"),
    )


def _image(told: Wild, named: str) -> Resource:
    """By its repository: a new tag or digest is not a new thing."""
    reference = told.text("userInput", limit=1_000)
    repository, digest = named_by_digest(told.texts("repoDigests"))
    name = named or repository or image_repository(reference) or "unknown"
    return Resource(
        id=name,
        type="container-image",
        name=reference or name,
        image_digest=digest or told.text("manifestDigest") or told.text("imageID"),
    )


def _place(told: Wild, kind: str, named: str) -> Resource:
    """Older versions write the path of a directory in quotes."""
    path = told.text("target", limit=1_000).strip('"')
    name = named or path or "."
    return Resource(id=name, type=kind, name=path or name)


def names_of(target: Target) -> tuple[str, ...]:
    """What an inventory may call the target, the most exact first; () when nobody named it."""
    about = target.resource
    return tuple(dict.fromkeys(filter(None, (about.id, about.name, about.image_digest)))) if target.scope else ()
