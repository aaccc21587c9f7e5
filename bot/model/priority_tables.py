"""The words of priority and its two tables: SSVC's 72 rows for what waits, our own for what is happening now.

The 72 rows are CERT/CC's *Deployer Patch Application Priority* 1.0.0 (certcc.github.io/SSVC); they come in from
the configuration, as do all the lists below, whose values here are the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache

from connectors.contract.context import Exposure
from connectors.contract.finding import Severity


class Priority(StrEnum):
    """SSVC's deployer decision, most urgent first."""

    IMMEDIATE = "immediate"
    OUT_OF_CYCLE = "out-of-cycle"
    SCHEDULED = "scheduled"
    DEFER = "defer"

    @property
    def rank(self) -> int:
        """0 for immediate to 3 for defer: what a queue sorts by."""
        return _RANKS[self]

    @classmethod
    def of_rank(cls, rank: int) -> Priority:
        """The priority of a stored rank; a rank that is none counts as the least urgent."""
        return list(cls)[min(rank, len(cls) - 1)]


_RANKS = {priority: rank for rank, priority in enumerate(Priority)}


class Exploitation(StrEnum):
    NONE = "none"
    PUBLIC_POC = "public poc"
    ACTIVE = "active"


class HumanImpact(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very high"


Row = tuple[Exploitation, Exposure, bool, HumanImpact]  # exploitation, exposure, automatable, human impact


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionRow:
    """One row of the detection table; an empty set is "any". The first row that matches decides."""

    priority: Priority
    severities: frozenset[Severity] = frozenset()
    tiers: frozenset[int] = frozenset()  # an unknown tier is in none

    def matches(self, severity: Severity, tier: int | None) -> bool:
        return (not self.severities or severity in self.severities) and (not self.tiers or tier in self.tiers)


DETECTION: tuple[DetectionRow, ...] = (
    DetectionRow(severities=frozenset({Severity.CRITICAL, Severity.FATAL}), priority=Priority.IMMEDIATE),
    DetectionRow(severities=frozenset({Severity.HIGH}), tiers=frozenset({1, 2}), priority=Priority.IMMEDIATE),
    DetectionRow(severities=frozenset({Severity.HIGH}), priority=Priority.OUT_OF_CYCLE),
    DetectionRow(severities=frozenset({Severity.MEDIUM}), tiers=frozenset({1, 2}), priority=Priority.OUT_OF_CYCLE),
    DetectionRow(severities=frozenset({Severity.INFORMATIONAL}), priority=Priority.DEFER),
    DetectionRow(priority=Priority.SCHEDULED),
)

IMPACT_BY_TIER: Mapping[int, HumanImpact] = {
    1: HumanImpact.VERY_HIGH,
    2: HumanImpact.HIGH,
    3: HumanImpact.MEDIUM,
    4: HumanImpact.LOW,
}

# What a control guards: globs over its family (our own names first, other tools' words last), and ports.
ATTACKED_FAMILIES: tuple[str, ...] = (
    *("network.open-all-ports", "network.open-admin-ports", "network.open-risky-ports", "network.open-acl"),
    *("*.public-access", "*.public-snapshot", "*.log-bucket-public", "eks.public-endpoint", "ssm.public-document"),
    *("iam.root-*", "iam.full-admin-policy", "iam.user-no-mfa"),
    *("*ssh*", "*rdp*", "*telnet*", "*remote-desktop*", "*public*database*", "*bucket*public*", "*public*bucket*"),
)
ATTACKED_PORTS = frozenset({22, 23, 445, 1433, 1521, 3306, 3389, 5432, 5900, 5985, 6379, 9200, 11211, 27017})
INTERNET_FACING_TYPES: tuple[str, ...] = (
    *("AwsElbv2LoadBalancer", "AwsElbLoadBalancer", "AwsCloudFrontDistribution", "AwsApiGateway*", "AwsEc2Eip"),
    *(
        "AwsLightsail*",
        "AwsGlobalAccelerator*",
        "load-balancer",
        "cdn-distribution",
        "api-gateway",
        "ingress",
        "website",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityTables:
    """Everything about priority that an organisation may set (config/priority.yaml and its 72 rows)."""

    ssvc: Mapping[Row, Priority]  # every combination exactly once
    detection: tuple[DetectionRow, ...] = DETECTION  # the last row matches everything
    epss_threshold: float = 0.1  # at or above it, a proof of concept is taken to be public
    impact_by_tier: Mapping[int, HumanImpact] = field(default_factory=lambda: dict(IMPACT_BY_TIER))
    impact_unknown: HumanImpact = HumanImpact.MEDIUM
    exposure_unknown: Exposure = Exposure.CONTROLLED
    attacked_families: tuple[str, ...] = ATTACKED_FAMILIES  # globs
    attacked_ports: frozenset[int] = ATTACKED_PORTS
    internet_facing_types: tuple[str, ...] = INTERNET_FACING_TYPES  # globs

    def attacked_in_the_open(self, family: str, port: int | None) -> bool:
        """Whether what the control guards (remote shell, database, storage, identity) is attacked in the open."""
        return port in self.attacked_ports or _any_matches(self.attacked_families, family)

    def internet_facing(self, resource_type: str) -> bool:
        return _any_matches(self.internet_facing_types, resource_type)


@lru_cache(maxsize=8192)  # asked for every finding, and there are few different types and families
def _any_matches(globs: tuple[str, ...], name: str) -> bool:
    """Whether any of the globs matches, without case; no name matches none."""
    lower = name.lower()
    return bool(lower) and any(fnmatchcase(lower, glob.lower()) for glob in globs)
