"""Packages under the name and ecosystem that OSV gives them, from a purl or from what a tool says beside it."""

from __future__ import annotations

from packageurl import PackageURL

from connectors.contract.finding import Package
from connectors.formats.ecosystems import PACKAGE_FORMATS, REGISTRIES, distribution_of
from connectors.formats.purls import name_of, package_of, purl_of, written


def package_from(
    purl: str, *, name: str, installed: str = "", fixed_in: str = "", ecosystem: str = "", distro: str = ""
) -> Package:
    """The package a tool names. ``distro`` is the release its tool found it in (``debian-12``), for purls without one.

    A purl that is none, or is missing, leaves the name and ecosystem as told.
    """
    try:
        parsed = purl_of(purl)
    except ValueError:
        return Package(name=name, installed=installed, fixed_in=fixed_in, ecosystem=ecosystem)
    told_name, told_ecosystem = package_of(purl)
    if parsed.type in PACKAGE_FORMATS and ":" not in told_ecosystem and distro:
        told_ecosystem = distribution_of(parsed.namespace or distro.partition("-")[0], parsed.type, distro)
    return Package(name=told_name, installed=installed, fixed_in=fixed_in, purl=purl, ecosystem=told_ecosystem)


def registry_package(kind: str, name: str, version: str = "", fixed_in: str = "") -> Package:
    """A package of a language registry, by its purl type (``npm``, ``pypi``) and its name as people write it.

    Several versions (``1.2, 3.4``) are told as installed, and are in no purl. What purl calls no name has none.
    """
    namespace, _, last = name.rpartition(":" if kind == "maven" else "/")
    if not last.strip("/ "):
        return Package(name=name, installed=version, fixed_in=fixed_in, ecosystem=REGISTRIES.get(kind, kind))
    purl = PackageURL(kind, namespace or None, last, version if version and "," not in version else None)
    return Package(
        name=name_of(purl),
        installed=version,
        fixed_in=fixed_in,
        purl=written(purl),
        ecosystem=REGISTRIES.get(kind, kind),
    )


def distribution_package(format_: str, distro: str, name: str, version: str = "", fixed_in: str = "") -> Package:
    """A package of a distribution's release (``debian-12``), whose format is a purl type: ``deb``, ``rpm``, ``apk``."""
    base = distro.partition("-")[0].lower()
    qualifiers = {"distro": distro.lower()} if distro else None
    is_name = bool(name.strip("/ "))
    return Package(
        name=name,
        installed=version,
        fixed_in=fixed_in,
        purl=written(PackageURL(format_, base or None, name, version or None, qualifiers)) if is_name else "",
        ecosystem=distribution_of(base, format_, distro),
    )


def installed_purl(purl: str, version: str, ecosystem: str) -> str:
    """An advisory's purl, which names no version, as that of the package installed; "" when it is none.

    A distribution's package keeps its release: ``Debian:12`` is ``distro=debian-12``.
    """
    try:
        parsed = purl_of(purl)
    except ValueError:
        return ""
    qualifiers = parsed.qualifiers if isinstance(parsed.qualifiers, dict) else {}
    base, _, release = ecosystem.partition(":")
    if parsed.type in PACKAGE_FORMATS and release and " " not in ecosystem:
        qualifiers = {"distro": f"{base.lower()}-{release.partition(':')[0].removeprefix('v')}", **qualifiers}
    return written(parsed._replace(version=version or None, qualifiers=qualifiers))
