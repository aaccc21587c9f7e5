"""What one result of the Snyk CLI is about: a project's manifest, or a container image.

Shape: the CLI's ``LegacyVulnApiResult`` and ``TestResult`` (github.com/snyk/cli, ``src/lib/snyk-test/legacy.ts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.contract.finding import Quarantined, Resource
from connectors.formats.images import image_repository
from connectors.formats.json_paths import At
from connectors.formats.repositories import repository_name
from connectors.formats.scanned import relative
from connectors.quarantine import each_placed
from connectors.wild import Wild

HEAD = ("packageManager", "projectName", "displayTargetFile", "targetFile", "path", "severityThreshold", "error")
_NONE: Mapping[At, Project] = {}
_OF_IMAGES = frozenset({"apk", "deb", "linux", "rpm"})
_LEAST = frozenset({"", "low"})  # thresholds that leave nothing out


@dataclass(frozen=True, slots=True)
class Project:
    """``scope`` is "" when the report leaves out what is less severe: what is absent may still be there."""

    resource: Resource
    manager: str  # npm, maven, deb …
    file: str
    scope: str


def projects_of(
    source: str, named: str, heads: Mapping[At, Wild], images: Mapping[At, Project] = _NONE
) -> tuple[dict[At, Project], list[Quarantined]]:
    """The projects by their places, and what is set aside of them; ``images`` are those they were found in."""
    projects: dict[At, Project] = {}
    unread = each_placed(heads, lambda at, head: _project_of(source, named, head, images.get(at[:-2])), projects)
    return projects, list(unread)


def _project_of(source: str, named: str, head: Wild, image: Project | None) -> Project:
    """One result's head. ``image`` is what it was found in. Raises Unreadable, also for what Snyk could not test."""
    if head.get("error") is not None:
        raise head.bad(f"snyk could not test it: {head.text('error', limit=300)}", "error")
    manager = head.need("packageManager")
    file = relative(head.first("displayTargetFile", "targetFile", limit=1_000))
    resource = image.resource if image else _image(named, head) if manager in _OF_IMAGES else _project(named, head)
    whole = head.text("severityThreshold") in _LEAST
    return Project(resource, manager, file, " ".join(filter(None, (source, resource.id, file))) if whole else "")


def _image(named: str, head: Wild) -> Resource:
    """``projectName`` is ``docker-image|<repository>``; ``path`` has the tag too."""
    told = head.text("path", limit=1_000)
    name = named or image_repository(head.text("projectName").rpartition("|")[2]) or image_repository(told)
    return Resource(id=name or "unknown image", type="container-image", name=told or name)


def _project(named: str, head: Wild) -> Resource:
    name = repository_name(named) or head.need("projectName")
    kind = "repository" if named else "project"
    return Resource(id=name, type=kind, name=head.text("projectName") or name, repository=name if named else "")
