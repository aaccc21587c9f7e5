"""Which findings a statement of VEX speaks of, and which of several statements holds. Pure; no match by name alone.

A statement about a package holds for a finding whose package has the same purl type, namespace and name, the same
distribution and the version stated; one about a resource for a finding on that very resource, of an image that build.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from packageurl import PackageURL

from bot.model.vers import contains
from connectors.contract.finding import Finding, Kind
from connectors.contract.statement import Stated, Statement
from connectors.formats.images import image_repository
from connectors.formats.oci import image_of
from connectors.formats.purls import component_of, ecosystem_of, name_of

CLOSING = frozenset({Stated.NOT_AFFECTED, Stated.FIXED})
# What a tool adds to a purl that says nothing of which package it is.
_BESIDE = frozenset({"epoch", "upstream", "package-id", "download_url", "vcs_url", "checksum", "file_name"})
_CAUTION = (Stated.NOT_AFFECTED, Stated.FIXED, Stated.UNDER_INVESTIGATION, Stated.AFFECTED)
_SHORT = 80  # characters of an author's name, where there is little room
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement, and the source that brought it."""

    statement: Statement
    source: str

    @property
    def closes(self) -> bool:
        return self.statement.status in CLOSING

    @property
    def words(self) -> str:
        """Who says what, in which document and when: ``not affected: code_not_reachable, said by …``."""
        told = self.statement
        what = f"{told.status.value}: {told.justification}" if told.justification else told.status.value
        when = f" on {told.at.date()}" if told.at else ""
        return f"{what}, said by {told.author or 'an unnamed author'} in {told.document} ({self.source}){when}"

    @property
    def by(self) -> str:
        """The same in short: ``Example Vendor (openvex), 2026-03-02``."""
        when = f", {self.statement.at.date()}" if self.statement.at else ""
        return f"{self.statement.author[:_SHORT] or 'an unnamed author'} ({self.source}){when}"


@dataclass(frozen=True, slots=True)
class Subject:
    """A finding as statements are asked of it. ``names``: every exact name of its resource, lower case."""

    finding: Finding
    names: frozenset[str]

    @property
    def vulnerabilities(self) -> frozenset[str]:
        return frozenset({self.finding.problem, self.finding.rule_id, *self.finding.vuln_ids})

    @property
    def keys(self) -> frozenset[str]:
        """Under which keys statements that may speak of it are stored."""
        package = self.finding.package
        return frozenset({"", package_key(package.purl) if package else ""})


def key_of(statement: Statement) -> tuple[str, ...]:
    """The keys of a statement: its package's type, namespace and name, "" where it may speak of a whole resource."""
    if statement.component:
        return (package_key(statement.component),)
    keys = {package_key(product) for product in statement.products}
    return tuple(sorted(keys | {""}))


def package_key(purl: str) -> str:
    """``deb/debian/openssl`` of a purl, "" of any other text."""
    parsed = _parsed(purl)
    return f"{parsed.type}/{parsed.namespace or ''}/{parsed.name}".lower() if parsed else ""


def holding(told: Iterable[Said], subject: Subject) -> Said | None:
    """The latest statement that speaks of the finding; of several of one time the most cautious."""
    found = [said for said in told if speaks_of(said.statement, subject)]
    return max(
        found, key=lambda one: (one.statement.at or _BEGINNING, _CAUTION.index(one.statement.status)), default=None
    )


def speaks_of(statement: Statement, subject: Subject) -> bool:
    """Whether the statement is about this finding."""
    finding = subject.finding
    if finding.kind is not Kind.VULNERABILITY or subject.vulnerabilities.isdisjoint(statement.vuln_ids):
        return False
    on_it = any(_names(product, subject) for product in statement.products)
    if statement.component:
        return on_it and _packages(statement.component, statement.versions, finding)
    if on_it and not statement.versions:  # of a resource no version is known that a range could hold
        return True
    return any(_packages(product, statement.versions, finding) for product in statement.products)


def _names(product: str, subject: Subject) -> bool:
    """Whether a product is the finding's resource."""
    repository, digest = image_of(product)
    if not repository and not digest and "@sha256:" in product and not product.startswith("pkg:"):
        repository, digest = image_repository(product), product.partition("@")[2]
    if digest:
        theirs = subject.finding.resource.image_digest
        return digest == theirs and (not repository or repository.lower() in subject.names)
    return (repository or product).lower() in subject.names


def _packages(purl: str, versions: str, finding: Finding) -> bool:
    """Whether a purl is the finding's package, in all the versions that the finding stands for."""
    stated, package = _parsed(purl), finding.package
    found = _parsed(package.purl) if package else None
    if stated is None or found is None or package is None:
        return False
    if package_key(purl) != package_key(package.purl) or not _same_qualifiers(stated, found):
        return False
    installed = {_version(package.purl) or package.installed, *package.besides}
    if stated.version:
        return installed == {_version(purl)}
    return not versions or all(contains(versions, one, ecosystem_of(found), name_of(found)) for one in installed)


def _same_qualifiers(stated: PackageURL, found: PackageURL) -> bool:
    """What the statement narrows itself to must be told of the package, the distribution's release in any spelling."""
    wanted, has = _qualifiers(stated), _qualifiers(found)
    if "distro" in wanted and ecosystem_of(stated) != ecosystem_of(found):
        return False
    return all(has.get(name) == value for name, value in wanted.items() if name != "distro" and name not in _BESIDE)


def _qualifiers(purl: PackageURL) -> dict[str, str]:
    return purl.qualifiers if isinstance(purl.qualifiers, dict) else {}


def _version(purl: str) -> str:
    """The version with its epoch, "" where the purl names none."""
    try:
        return component_of(purl).version
    except ValueError:
        return ""


@lru_cache(maxsize=20_000)
def _parsed(purl: str) -> PackageURL | None:
    try:
        return PackageURL.from_string(purl) if purl.startswith("pkg:") else None
    except ValueError:
        return None
