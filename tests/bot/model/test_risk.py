"""The security risk: every reason a fact with its place and time, and nothing known reads unknown, never low."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.priority import PriorityFacts, PriorityTables
from bot.model.risk import Reading, Readings, security_risk
from connectors.contract.context import Exposure
from connectors.contract.finding import Kind, Severity
from connectors.contract.fix import Fact, Risk, RiskLevel

TABLES = PriorityTables(ssvc={})
READ_AT = datetime(2026, 4, 7, 9, 30, tzinfo=UTC)
READINGS = Readings(
    finding=Reading("Security Hub", READ_AT),
    known_exploited=Reading("CISA known-exploited list", READ_AT),
    asset=Reading("inventory.csv", READ_AT),
)


def risk(kind: Kind, **known: object) -> Risk:
    return security_risk(PriorityFacts(kind=kind, **known), TABLES, READINGS)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [Kind.VULNERABILITY, Kind.COMPLIANCE, Kind.CODE])
def test_nothing_known_reads_unknown(kind: Kind) -> None:
    assert risk(kind) == Risk(RiskLevel.UNKNOWN, ())


@pytest.mark.parametrize(
    "known",
    [
        {"tier": 1},
        {"exposure": Exposure.OPEN},
        {"known_exploited": False},
        {"epss": 0.01},
        {"tier": 4, "exposure": Exposure.SMALL, "known_exploited": False, "epss": 0.0},
    ],
)
def test_what_is_only_not_the_case_is_told_and_does_not_make_it_low(known: dict[str, object]) -> None:
    answer = risk(Kind.VULNERABILITY, **known)

    assert answer.level is RiskLevel.UNKNOWN
    assert len(answer.facts) == len(known)


@pytest.mark.parametrize(
    ("kind", "known", "level"),
    [
        (Kind.VULNERABILITY, {"severity": Severity.LOW}, RiskLevel.LOW),
        (Kind.VULNERABILITY, {"severity": Severity.MEDIUM}, RiskLevel.MEDIUM),
        (Kind.VULNERABILITY, {"severity": Severity.CRITICAL}, RiskLevel.HIGH),
        (Kind.VULNERABILITY, {"severity": Severity.LOW, "exposure": Exposure.OPEN}, RiskLevel.MEDIUM),
        (Kind.VULNERABILITY, {"severity": Severity.HIGH, "exposure": Exposure.OPEN}, RiskLevel.HIGH),
        (Kind.VULNERABILITY, {"severity": Severity.FATAL, "exposure": Exposure.OPEN}, RiskLevel.HIGH),
        (Kind.VULNERABILITY, {"severity": Severity.LOW, "known_exploited": True}, RiskLevel.HIGH),
        (Kind.VULNERABILITY, {"epss": 0.1}, RiskLevel.MEDIUM),
        (Kind.VULNERABILITY, {"public_exploit": True}, RiskLevel.MEDIUM),
        (Kind.VULNERABILITY, {"detection_on_asset": True}, RiskLevel.HIGH),
        (Kind.COMPLIANCE, {"family": "s3.public-access"}, RiskLevel.MEDIUM),
        (Kind.COMPLIANCE, {"port": 22, "world_open": True}, RiskLevel.HIGH),
        (Kind.SECRET, {}, RiskLevel.MEDIUM),
        (Kind.SECRET, {"secret_active": True}, RiskLevel.HIGH),
        (Kind.SECRET, {"public_repository": True}, RiskLevel.HIGH),
        (Kind.DETECTION, {}, RiskLevel.MEDIUM),
    ],
)
def test_the_worst_of_what_is_known_decides(kind: Kind, known: dict[str, object], level: RiskLevel) -> None:
    assert risk(kind, **known).level is level


def test_an_assumed_exposure_lifts_nothing() -> None:
    facing = risk(Kind.VULNERABILITY, severity=Severity.LOW, resource_type="AwsElbv2LoadBalancer")

    assert facing.level is RiskLevel.LOW


def test_every_fact_says_where_it_was_read_and_when() -> None:
    answer = risk(
        Kind.VULNERABILITY, severity=Severity.HIGH, known_exploited=True, epss=0.94, exposure=Exposure.OPEN, tier=1
    )

    assert answer.facts == (
        Fact("severity high", "Security Hub", READ_AT),
        Fact("on the known-exploited list", "CISA known-exploited list", READ_AT),
        Fact("EPSS 0.94: the chance of exploitation in the next 30 days", "FIRST EPSS", None),
        Fact("exposure open", "inventory.csv", READ_AT),
        Fact("tier 1 (very high impact)", "inventory.csv", READ_AT),
    )
