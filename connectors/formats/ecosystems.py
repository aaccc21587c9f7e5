"""OSV's names for where packages come from: the distributions with their releases, and the language registries.

The words are those of the OSV schema's list of defined ecosystems; a distribution OSV has no word for gets one of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

REGISTRIES: Mapping[str, str] = {  # purl type -> OSV's word
    "bitnami": "Bitnami",
    "cargo": "crates.io",
    "composer": "Packagist",
    "conan": "ConanCenter",
    "cran": "CRAN",
    "gem": "RubyGems",
    "githubactions": "GitHub Actions",
    "golang": "Go",
    "hackage": "Hackage",
    "hex": "Hex",
    "julia": "Julia",
    "maven": "Maven",
    "npm": "npm",
    "nuget": "NuGet",
    "pub": "Pub",
    "pypi": "PyPI",
    "swift": "SwiftURL",
}
DISTRIBUTIONS: Mapping[str, str] = {  # purl namespace -> OSV's word
    "almalinux": "AlmaLinux",
    "alpine": "Alpine",
    "amazon": "Amazon Linux",
    "amzn": "Amazon Linux",
    "azurelinux": "Azure Linux",
    "centos": "CentOS",
    "chainguard": "Chainguard",
    "debian": "Debian",
    "fedora": "Fedora",
    "mageia": "Mageia",
    "openeuler": "openEuler",
    "opensuse": "openSUSE",
    "oracle": "Oracle Linux",
    "photon": "Photon OS",
    "redhat": "Red Hat",
    "rhel": "Red Hat",
    "rocky": "Rocky Linux",
    "rocky-linux": "Rocky Linux",
    "sles": "SUSE",
    "suse": "SUSE",
    "ubuntu": "Ubuntu",
    "wolfi": "Wolfi",
}
PACKAGE_FORMATS = frozenset({"alpm", "apk", "deb", "ebuild", "rpm"})  # purl types that only distributions use
UPSTREAM_TYPES = frozenset({"bitbucket", "generic", "github", "gitlab", "sourceforge"})
_BUILT_AGAIN = frozenset({"Bitnami", "ConanCenter"})  # registries of other projects' software under its own name
_WITHOUT_RELEASE = frozenset({"Chainguard", "Wolfi"})  # rolling: OSV names no release for them
_BASES = frozenset(DISTRIBUTIONS.values()) | PACKAGE_FORMATS

# fmt: off
_CODENAMES: Mapping[str, Mapping[str, str]] = {
    "Debian": {
        "woody": "3.0", "sarge": "3.1", "etch": "4", "lenny": "5", "squeeze": "6", "wheezy": "7", "jessie": "8",
        "stretch": "9", "buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14",
    },
    "Ubuntu": {
        "lucid": "10.04", "precise": "12.04", "quantal": "12.10", "raring": "13.04", "saucy": "13.10",
        "trusty": "14.04", "utopic": "14.10", "vivid": "15.04", "wily": "15.10", "xenial": "16.04",
        "yakkety": "16.10", "zesty": "17.04", "artful": "17.10", "bionic": "18.04", "cosmic": "18.10",
        "disco": "19.04", "eoan": "19.10", "focal": "20.04", "groovy": "20.10", "hirsute": "21.04",
        "impish": "21.10", "jammy": "22.04", "kinetic": "22.10", "lunar": "23.04", "mantic": "23.10",
        "noble": "24.04", "oracular": "24.10", "plucky": "25.04", "questing": "25.10",
    },
}
# fmt: on
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_SUSE_PRODUCT = re.compile(r"(?:^|\s)(\d+)(?:\.(\d+)|\s+SP(\d+))?(?:$|\s|-)")


def base_of(ecosystem: str) -> str:
    """The ecosystem without its release: ``Debian`` of ``Debian:7``."""
    return ecosystem.partition(":")[0]


def is_distribution(ecosystem: str) -> bool:
    """Whether packages there are built, and patched, by a distribution rather than by their own project."""
    return base_of(ecosystem) in _BASES


def builds_again(ecosystem: str) -> bool:
    """Whether packages there are likely other projects' software, so that upstream's word may bear on them.

    Conan and Conda build OpenSSL itself, while npm's ``openssl`` is another thing of that name.
    """
    base = base_of(ecosystem)
    return base in _BUILT_AGAIN or base not in REGISTRIES.values()


def distribution_of(namespace: str, package_format: str, distro: str) -> str:
    """OSV's word for a purl's distribution: ``("debian", "deb", "wheezy")`` is ``Debian:7``.

    ``distro`` is the purl qualifier, a codename or ``<id>-<release>``; "" gives the distribution without a release.
    A distribution that nobody named is its package format with the namespace: ``deb:raspbian``.
    """
    base = DISTRIBUTIONS.get(namespace.lower())
    if base is None:
        return f"{package_format}:{namespace.lower()}" if namespace else package_format
    release = _release(base, distro.strip().lower())
    return f"{base}:{release}" if release and base not in _WITHOUT_RELEASE else base


def _release(base: str, distro: str) -> str:
    """The release as OSV writes it, from ``wheezy``, ``debian-7.4``, ``alpine-3.18.4`` or ``rhel-8.6``; "" if none."""
    word = distro.rpartition("-")[2]
    word = _CODENAMES.get(base, {}).get(word, word)
    if not _NUMBER.fullmatch(word):
        return "" if word == base.lower() else word
    parts = word.split(".")
    if base == "Ubuntu":
        return f"{word}:LTS" if parts[1:] == ["04"] and int(parts[0]) % 2 == 0 else word
    if base == "Alpine":
        return "v" + ".".join(parts[:2])
    if base in {"SUSE", "openSUSE", "openEuler", "Photon OS"} or word in {"3.0", "3.1", "2018.03"}:
        return word  # Debian before 4 and the first Amazon Linux carried their minor number
    return parts[0]


def release_of(ecosystem: str) -> str:
    """The release in a form in which a component's and an advisory's can be compared; "" where none is named.

    ``Ubuntu:22.04:LTS`` and ``Ubuntu:22.04`` are one release; ``Ubuntu:Pro:…`` is another, with fixes of its own;
    ``Red Hat:enterprise_linux:8::baseos`` is 8; ``SUSE:Linux Enterprise Server 15 SP5`` is 15.5.
    """
    base, _, release = ecosystem.partition(":")
    if base == "Ubuntu":
        release = release.removesuffix(":LTS")
    elif base == "Red Hat" and release.startswith("enterprise_linux:"):
        release = release.split(":")[1]
    elif base in {"SUSE", "openSUSE"} and (found := _SUSE_PRODUCT.search(release)):
        release = ".".join(part for part in found.groups() if part)
    return release.lower()
