"""What we learn about the world besides findings: assets, components, advisories, what is exploited, who is on call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Exposure(StrEnum):
    """SSVC's System Exposure, and ``unknown``."""

    SMALL = "small"
    CONTROLLED = "controlled"
    OPEN = "open"
    UNKNOWN = "unknown"


class LinkKind(StrEnum):
    RUNS_ON = "runs on"
    EXPOSED_BY = "exposed by"
    DEPENDS_ON = "depends on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A package seen on an asset. ``version`` keeps its distribution's epoch and revision."""

    purl: str  # pkg:deb/debian/openssl@1.0.1e-2%2Bdeb7u5?distro=wheezy
    name: str
    version: str
    ecosystem: str = ""  # OSV's word with its release: Debian:7, npm; "" = the upstream project itself
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRecord:
    """One line of an inventory. ``identifiers`` are every name a tool may call it by; they are unique over all."""

    id: str
    name: str
    identifiers: tuple[str, ...]
    environment: str = ""  # production, staging, development …; "" = unknown
    tier: int | None = None  # 1 (the business stops) to 4
    exposure: Exposure = Exposure.UNKNOWN
    owner: str = ""  # a team of config/teams.yaml
    account: str = ""
    type: str = ""
    links: tuple[tuple[LinkKind, str], ...] = ()  # (kind, the other asset's id)
    patch: str = ""  # how to patch it, one line for a person
    template: str = ""  # where its infrastructure code lives; "" = no template owns it
    tags: Mapping[str, str] = field(default_factory=dict)
    components: tuple[Component, ...] = ()
    source: str = ""  # which inventory said so
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRange:
    """One OSV range: events in order, each ("introduced" | "fixed" | "last_affected" | "limit", version)."""

    scheme: str  # SEMVER, ECOSYSTEM or GIT
    events: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedPackage:
    name: str
    ecosystem: str  # OSV's word, with release where it has one: "Debian:7"; "" = upstream
    purl: str = ""
    ranges: tuple[VersionRange, ...] = ()
    versions: tuple[str, ...] = ()  # versions named one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """Which versions a vulnerability hits (OSV schema 1.x)."""

    id: str
    aliases: tuple[str, ...] = ()  # a CVE among them where there is one
    summary: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    withdrawn: bool = False
    affected: tuple[AffectedPackage, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class KnownExploited:
    """One entry of CISA's Known Exploited Vulnerabilities catalogue."""

    cve: str
    added: date
    due: date | None = None
    ransomware: bool = False


@dataclass(frozen=True, slots=True)
class ExploitScore:
    """FIRST's EPSS: the probability that a CVE is exploited in the next 30 days."""

    cve: str
    score: float
    percentile: float
    scored_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Somebody's turn of an on-call schedule, in the schedule's own words: who that is to us is decided by the bot."""

    starts: datetime | None  # with its zone; None: since ever
    ends: datetime | None  # None: for good
    id: str = ""  # a person of config/teams.yaml, where the schedule is our own rotation
    email: str = ""
    name: str = ""  # a name, or a sentence with a name in it: "On Call - Ana Sousa - Payments"
    level: int = 1  # 1 is called first
