"""Package URLs read into components: the package's name as OSV spells it, its full version and its ecosystem.

The rules are those of the purl specification (ECMA-427) and of its type definitions.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, unquote

from packageurl import PackageURL

from connectors.contract.context import Component
from connectors.formats.ecosystems import PACKAGE_FORMATS, REGISTRIES, UPSTREAM_TYPES, distribution_of
from connectors.text import unquoted, visible

_LONGEST = 2_000  # characters; a purl beyond it is nobody's package
_SEPARATOR = {"maven": ":"}  # between namespace and name; elsewhere "/"
_UPSTREAM = re.compile(r"[?&]upstream=([^&#]+)")
_SOURCE_RPM = re.compile(r"(?P<name>.+)-[^-]+-[^-]+\.(?:no)?src\.rpm")


def component_of(purl: str, last_seen: datetime | None = None) -> Component:
    """The component a purl names.

    Raises ValueError, saying what is wrong with it, when it is no purl or names no version.
    """
    parsed = purl_of(purl)
    if not parsed.version:
        raise ValueError("it names no version (…@1.2.3)")
    version = _with_epoch(parsed)
    name, ecosystem = name_of(parsed), ecosystem_of(parsed)
    return Component(purl=purl, name=name, version=version, ecosystem=ecosystem, last_seen=last_seen)


def package_of(purl: str) -> tuple[str, str]:
    """(name, ecosystem) of a purl, as OSV spells them; a version is not needed. Raises ValueError."""
    parsed = purl_of(purl)
    return name_of(parsed), ecosystem_of(parsed)


def written(purl: PackageURL) -> str:
    """The purl as text; "" beyond the length that anybody reads again. Never cut: a cut purl names another package."""
    text = purl.to_string()
    return text if len(text) <= _LONGEST else ""


def name_of(purl: PackageURL) -> str:
    """The name under which OSV lists the package: ``@angular/core``, ``org.example:library``, ``openssl``."""
    if purl.type == "pypi":
        return re.sub(r"[-_.]+", "-", purl.name).lower()
    if not purl.namespace or purl.type in PACKAGE_FORMATS or purl.type in UPSTREAM_TYPES:
        return purl.name
    return purl.namespace + _SEPARATOR.get(purl.type, "/") + purl.name


def ecosystem_of(purl: PackageURL) -> str:
    """OSV's word for where the package comes from; "" for the upstream project itself."""
    if purl.type in PACKAGE_FORMATS:
        distro = purl.qualifiers.get("distro", "") if isinstance(purl.qualifiers, dict) else ""
        return distribution_of(purl.namespace or "", purl.type, distro)
    if purl.type in UPSTREAM_TYPES:
        return ""
    return REGISTRIES.get(purl.type, purl.type)


def purl_of(purl: str) -> PackageURL:
    """Its parts. Raises ValueError, saying what is wrong with it, when it is none."""
    if len(purl) > _LONGEST:
        raise ValueError(f"longer than {_LONGEST} characters")
    if visible(decoded := unquote(purl)) != decoded:
        raise ValueError("it hides characters that nobody sees")
    return PackageURL.from_string(purl)


@lru_cache(maxsize=100_000)
def source_package(purl: str) -> tuple[str, str]:
    """The source package a distribution built this one from, and its version where the purl says it; else "".

    Scanners say so in the ``upstream`` qualifier of ``libssl1.0.0``; Debian's and Alpine's advisories name sources.
    """
    found = _UPSTREAM.search(purl)
    if not found:
        return "", ""
    text = unquoted(found.group(1))
    if source := _SOURCE_RPM.fullmatch(text):
        return source.group("name"), ""
    name, _, version = text.partition("@")
    return name, version


def with_source_package(purl: str, name: str, version: str = "") -> str:
    """The purl with the source package it was built from, where its tool tells that beside it."""
    if not name or "upstream=" in purl:
        return purl
    told = quote(f"{name}@{version}" if version else name, safe="")
    return f"{purl}{'&' if '?' in purl else '?'}upstream={told}"


def _with_epoch(purl: PackageURL) -> str:
    epoch = purl.qualifiers.get("epoch", "") if isinstance(purl.qualifiers, dict) else ""
    version = purl.version or ""
    if epoch.isdecimal() and epoch != "0" and ":" not in version:
        return f"{epoch}:{version}"
    return version
