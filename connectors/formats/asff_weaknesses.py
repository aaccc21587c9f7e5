"""What an ASFF finding tells of a vulnerability: its score, its other names, and the packages it sits in."""

from __future__ import annotations

from connectors.contract.finding import Package
from connectors.formats.vulnerability_ids import is_vulnerability_id
from connectors.wild import Wild


def cvss_of(weakness: Wild) -> tuple[str, float | None]:
    """Vector and base score of the newest CVSS version told."""
    told = sorted(weakness.items("Cvss"), key=lambda one: one.text("Version"))
    return (told[-1].text("BaseVector"), told[-1].number("BaseScore")) if told else ("", None)


def other_names(weakness: Wild) -> tuple[str, ...]:
    """The other names of a vulnerability: Inspector tells GitHub's advisory, and the CVE beside it."""
    return tuple(name for name in weakness.texts("RelatedVulnerabilities") if is_vulnerability_id(name))


def packages_of(weakness: Wild) -> list[Package]:
    """The vulnerable packages by name, in whatever order they are told; of several versions of one the first."""
    told: dict[str, Package] = {}
    for one in weakness.items("VulnerablePackages"):
        if (name := one.text("Name")) and name not in told:
            told[name] = _package(one, name)
    return [told[name] for name in sorted(told)]


def _package(told: Wild, name: str) -> Package:
    version, release, epoch = told.text("Version"), told.text("Release"), told.text("Epoch")
    installed = f"{version}-{release}" if version and release else version
    installed = f"{epoch}:{installed}" if epoch not in {"", "0"} and installed else installed
    return Package(name=name, installed=installed, fixed_in=told.text("FixedInVersion"))
