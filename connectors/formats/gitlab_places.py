"""What a vulnerability of GitLab's is in: the workload, image, site or repository, and the package.

Shape of ``location``: GitLab docs, "Webhook events", and the location fields of its security report schemas.
"""

from __future__ import annotations

from msgspec.structs import replace

from connectors.contract.finding import Package, Resource
from connectors.formats.images import image_repository
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.repositories import repository_name
from connectors.wild import Wild

_BELOW = "/-/"  # what follows in an address is GitLab's own page of the project
_TYPES = {  # files in which GitLab finds dependencies -> purl types
    **dict.fromkeys(("Gemfile.lock", "gems.locked"), "gem"),
    **dict.fromkeys(("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"), "npm"),
    **dict.fromkeys(("requirements.txt", "Pipfile.lock", "poetry.lock", "uv.lock", "setup.py"), "pypi"),
    **dict.fromkeys(("pom.xml", "build.gradle", "build.gradle.kts", "build.sbt"), "maven"),
    **dict.fromkeys(("go.sum", "go.mod"), "golang"),
    "Cargo.lock": "cargo",
    "composer.lock": "composer",
    "conan.lock": "conan",
    "packages.lock.json": "nuget",
}
_FORMATS = {"debian": "deb", "ubuntu": "deb", "alpine": "apk", "wolfi": "apk"}


def project_of(told: Wild) -> tuple[str, str]:
    """(``gitlab.example.com/acme/payments``, ``gitlab.example.com 17``) of a vulnerability's address: whose, and which.

    The hook names its project by nothing else. The number is the vulnerability's own in the whole of that GitLab.
    """
    project, below, rest = told.need("url", limit=2_000).partition(_BELOW)
    number = rest.rpartition("/")[2]
    if not below or not number.isdecimal():
        raise told.bad("expected the address of a vulnerability, …/-/security/vulnerabilities/<number>", "url")
    name = repository_name(project)
    return name, f"{name.partition('/')[0]} {number}"


def resource_of(repository: str, location: Wild) -> Resource:
    """What an owner has: what runs, else the repository with the file in it."""
    running = running_at(location)
    if running is not None:
        return replace(running, repository=repository)
    return Resource(
        id=repository,
        type="repository",
        name=repository,
        provider="gitlab",
        repository=repository,
        path=location.first("file", "path", limit=1_000),
        line=location.whole("start_line"),
    )


def running_at(location: Wild) -> Resource | None:
    """The workload, the image or the site; None where it is in code."""
    workload = location.at("kubernetes_resource")
    if workload.text("name"):
        space, kind, name = workload.text("namespace"), workload.text("kind").lower(), workload.need("name")
        identity = "/".join(filter(None, (space, kind, name)))
        return Resource(id=identity, type=kind, name=name, provider="kubernetes", namespace=space)
    if image := location.first("default_branch_image", "image", limit=1_000):
        return Resource(id=image_repository(image), type="container-image", name=image)
    if site := location.text("hostname"):
        return Resource(id=site, type="web-site", name=site, path=location.text("path", limit=1_000))
    return None


def package_of(location: Wild) -> Package | None:
    """The package that a vulnerability of the hook is in, its registry told by the file it was found in."""
    return package_at(location, _TYPES.get(location.text("file", limit=1_000).rpartition("/")[2], ""))


def package_at(location: Wild, kind: str) -> Package | None:
    """The package of a dependency, or of an image's distribution (``debian:12``); None where none is named.

    ``kind`` is the purl type of a dependency's registry, "" where it is not known.
    """
    name, version = location.text("dependency", "package", "name"), location.text("dependency", "version")
    if not name:
        return None
    distro = location.text("operating_system").lower().replace(":", "-").replace(" ", "-")
    if distro and distro != "unknown":
        return distribution_package(_FORMATS.get(distro.partition("-")[0], "rpm"), distro, name, version)
    if not kind:
        return Package(name=name, installed=version)
    return registry_package(kind, name.replace("/", ":") if kind == "maven" else name, version)
