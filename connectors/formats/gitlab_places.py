"""What a vulnerability of GitLab's hook is in: the workload, image, site or repository, and the package.

Shape of ``location``: GitLab docs, "Webhook events", and the location fields of its security report schemas.
"""

from __future__ import annotations

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
    """What an owner has: the workload, the image, the site, else the repository with the file in it."""
    workload = location.at("kubernetes_resource")
    if workload.text("name"):
        space, kind, name = workload.text("namespace"), workload.text("kind").lower(), workload.need("name")
        identity = "/".join(filter(None, (space, kind, name)))
        return Resource(id=identity, type=kind, name=name, provider="kubernetes", namespace=space)
    if image := location.first("default_branch_image", "image", limit=1_000):
        return Resource(id=image_repository(image), type="container-image", name=image, repository=repository)
    path = location.first("file", "path", limit=1_000)
    if site := location.text("hostname"):
        return Resource(id=site, type="web-site", name=site, path=path, repository=repository)
    return Resource(
        id=repository,
        type="repository",
        name=repository,
        provider="gitlab",
        repository=repository,
        path=path,
        line=location.whole("start_line"),
    )


def package_of(location: Wild) -> Package | None:
    """The package of a dependency file, or of an image's distribution (``debian:12``); None where none is named."""
    name, version = location.text("dependency", "package", "name"), location.text("dependency", "version")
    if not name:
        return None
    distro = location.text("operating_system").lower().replace(":", "-").replace(" ", "-")
    if distro and distro != "unknown":
        return distribution_package(_FORMATS.get(distro.partition("-")[0], "rpm"), distro, name, version)
    kind = _TYPES.get(location.text("file", limit=1_000).rpartition("/")[2])
    if kind is None:
        return Package(name=name, installed=version)
    return registry_package(kind, name.replace("/", ":") if kind == "maven" else name, version)
