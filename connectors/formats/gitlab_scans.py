"""What a security report of GitLab's says of its scan, and the packages it names.

Shapes: GitLab docs, "Security scanner integration", and the schemas that it names (security-report-schemas).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.contract.finding import Package
from connectors.formats.gitlab_places import package_at
from connectors.formats.scanned import Scanned, scanned
from connectors.wild import Wild

# GitLab's names of package managers -> purl types
_TYPES = {
    **dict.fromkeys(("npm", "yarn", "pnpm"), "npm"),
    **dict.fromkeys(("pip", "pipenv", "poetry", "setuptools"), "pypi"),
    **dict.fromkeys(("maven", "gradle", "sbt"), "maven"),
    "bundler": "gem",
    "composer": "composer",
    "conan": "conan",
    "go": "golang",
    "nuget": "nuget",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """``type`` is ``sast``, ``secret_detection``, ``container_scanning`` …; "" in reports of GitLab before 13.

    ``is_whole``: what is absent is gone. Not after a scan that failed, and a secret that left the code is still leaked.
    """

    type: str
    target: Scanned
    managers: Mapping[str, str]  # package managers by the path of their file
    is_whole: bool


def scan_of(source: str, named: str, head: Wild, managers: Mapping[str, str]) -> Scan:
    """The head of a report. One scanner's reports of one project are one picture. Raises Unreadable."""
    told = head.at("scan")
    type_ = told.text("type")
    target = scanned(source, named, type_, told.text("scanner", "id"), at=told.time("end_time"))
    is_whole = type_ not in {"", "secret_detection"} and told.text("status") != "failure"
    return Scan(type_, target, managers, is_whole)


def package_of(scan: Scan, location: Wild) -> Package | None:
    """The package of a dependency, or of an image's distribution (``debian:12``); None where none is named."""
    return package_at(location, _TYPES.get(scan.managers.get(location.text("file", limit=1_000), ""), ""))
