"""What may be asked of *affected*: a vulnerability by any of its names, a package, or a package and its versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.model.affected import folded
from bot.model.version_ranges import Verdict
from connectors.contract.context import Advisory, AffectedPackage, Component, VersionRange
from connectors.formats.ecosystems import is_distribution

_VULNERABILITY = re.compile(
    r"^(CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}|[A-Z]{2,10}-[A-Za-z0-9:-]*\d[A-Za-z0-9:-]*)$", re.I
)
_NEVER_A_PACKAGE = re.compile(r"^(CVE-\d|GHSA-)", re.I)
_PACKAGE = re.compile(r"^(?!pkg:)([A-Za-z0-9@/_.:+-]+?)\s*(?:(<=|>=|<|==?)\s*([^\s<>=]+))?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class PackageAsked:
    """A package, and the versions of it that are meant; without an operator: any."""

    name: str
    operator: str = ""
    version: str = ""

    @property
    def spelled(self) -> frozenset[str]:
        """Its name as components have it, lower case; PyPI's are stored folded."""
        return frozenset({self.name.lower(), folded(self.name)})

    def as_advisory(self, found: Iterable[tuple[str, str]]) -> Advisory | None:
        """An advisory of that range over the (name, ecosystem) of components found; None where any version is meant.

        A registry's package is read by the rules of its registry. A distribution's is left to upstream's word, which
        says nothing about a backport.
        """
        if not self.operator:
            return None
        events: dict[str, tuple[tuple[str, str], ...]] = {
            "<": (("introduced", "0"), ("fixed", self.version)),
            "<=": (("introduced", "0"), ("last_affected", self.version)),
            ">=": (("introduced", self.version),),
            "=": (("introduced", self.version), ("last_affected", self.version)),
        }
        ranges = (VersionRange(scheme="ECOSYSTEM", events=events[self.operator]),)
        meant = {(self.name, "")} | {(name, "" if is_distribution(place) else place) for name, place in found}
        packages = tuple(AffectedPackage(name=name, ecosystem=place, ranges=ranges) for name, place in sorted(meant))
        return Advisory(id=f"{self.name}{self.operator}{self.version}", affected=packages)

    def answered(self, component: Component, judged: Verdict) -> Verdict:
        """The verdict in words that claim no more than was asked: nobody said where a problem begins or has its fix."""
        is_meant, asked = judged.affected, f"{self.operator} {self.version}"
        if is_meant is not None:
            return Verdict(is_meant, f"{component.version} is {'' if is_meant else 'not '}{asked}")
        if is_distribution(component.ecosystem):
            place = f"{component.ecosystem} mends its own builds, which their upstream's number does not show"
            return Verdict(None, f"{place}: ask for the vulnerability, such as CVE-2014-0160")
        return judged


def vulnerability_names(asked: str) -> tuple[str, ...]:
    """The spellings under which a vulnerability asked for may be known, the likeliest first; () if it names none.

    CVE and most others are written large; GitHub's ``GHSA-jfh8-c2jp-5v3q`` is large only before its first hyphen.
    """
    if not _VULNERABILITY.match(asked):
        return ()
    prefix, _, rest = asked.partition("-")
    github = f"{prefix.upper()}-{rest.lower()}"
    usual = (github, asked.upper()) if prefix.upper() == "GHSA" else (asked.upper(), github)
    return tuple(dict.fromkeys((asked, *usual) if not _NEVER_A_PACKAGE.match(asked) else (*usual, asked)))


def may_be_package(asked: str) -> bool:
    """Whether what looks like a vulnerability's name could be a package's: ``commons-collections4``."""
    return not _NEVER_A_PACKAGE.match(asked)


def package_asked(asked: str) -> PackageAsked | None:
    """``openssl``, ``openssl<1.0.1g`` or ``org.example:library>=2``; None when it is no such question."""
    matched = _PACKAGE.match(asked)
    if matched is None:
        return None
    name, operator, version = matched.groups()
    return PackageAsked(name, "=" if operator == "==" else operator or "", version or "")


def names_of(advisories: Sequence[Advisory]) -> frozenset[str]:
    """The packages that advisories speak of, as components spell them."""
    named = {package.name for advisory in advisories for package in advisory.affected}
    return frozenset(spelled for name in named for spelled in (name.lower(), folded(name)))
