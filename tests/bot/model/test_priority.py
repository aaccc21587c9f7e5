"""Each kind of finding is prioritised as DESIGN says, and the sentence names what drove it and what nobody knows."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.model.priority import (
    Exploitation,
    HumanImpact,
    Priority,
    PriorityDecision,
    PriorityFacts,
    PriorityTables,
    prioritize,
)
from bot.settings.notebook import Notebook, Place
from bot.settings.read_ssvc import SHIPPED, read_ssvc
from connectors.contract.context import Exposure
from connectors.contract.finding import Kind, Severity

TABLES = PriorityTables(ssvc=read_ssvc(Notebook("config", {}), SHIPPED, SHIPPED.name, Place("", 0, "")))
NETWORK = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
LOCAL = "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"
TIER_OF = {"very high": 1, "high": 2, "medium": 3, "low": 4}
# Read by other code than ours, from the copy that an organisation may change.
ROWS = list(
    csv.DictReader(
        Path(__file__).parents[3].joinpath("config/ssvc-deployer.csv").read_text(encoding="utf-8").splitlines()
    )
)


def decide(kind: Kind, **known: object) -> PriorityDecision:
    return prioritize(PriorityFacts(kind=kind, **known), TABLES)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "/".join(row.values()))
def test_every_row_of_ssvc_is_reached_by_facts(row: dict[str, str]) -> None:
    decision = decide(
        Kind.VULNERABILITY,
        known_exploited=row["exploitation"] == "active",
        epss=0.5 if row["exploitation"] == "public poc" else 0.01,
        exposure=Exposure(row["exposure"]),
        cvss_vector=NETWORK if row["automatable"] == "yes" else LOCAL,
        tier=TIER_OF[row["human_impact"]],
    )

    assert decision.priority == row["decision"]
    assert decision.unknown == ()
    assert "unknown" not in decision.sentence


def test_there_are_72_rows() -> None:
    assert len(ROWS) == len(TABLES.ssvc) == 72


# --- vulnerability


@pytest.mark.parametrize(
    ("known", "exploitation"),
    [
        ({"known_exploited": True, "epss": 0.0}, Exploitation.ACTIVE),
        ({"known_exploited": False, "detection_on_asset": True}, Exploitation.ACTIVE),
        ({"known_exploited": False, "epss": 0.1}, Exploitation.PUBLIC_POC),
        ({"known_exploited": False, "epss": 0.0999}, Exploitation.NONE),
        ({"known_exploited": False, "public_exploit": True}, Exploitation.PUBLIC_POC),
        ({"known_exploited": False}, Exploitation.NONE),
        ({"secret_active": True, "world_open": True, "family": "*ssh*"}, Exploitation.NONE),  # other kinds' facts
    ],
)
def test_exploitation_of_a_vulnerability(known: dict[str, object], exploitation: Exploitation) -> None:
    assert decide(Kind.VULNERABILITY, **known).exploitation is exploitation


@pytest.mark.parametrize(
    ("vector", "automatable"),
    [
        (NETWORK, True),
        (LOCAL, False),
        (NETWORK.replace("AC:L", "AC:H"), False),
        (NETWORK.replace("PR:N", "PR:L"), False),
        (NETWORK.replace("UI:N", "UI:R"), False),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", True),
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", False),
        ("AV:N/AC:L/Au:N/C:P/I:N/A:N", True),  # CVSS 2, as Heartbleed was first scored
        ("AV:N/AC:M/Au:N/C:P/I:N/A:N", False),
    ],
)
def test_automatable_by_its_vector(vector: str, automatable: bool) -> None:
    decision = decide(Kind.VULNERABILITY, cvss_vector=vector)

    assert decision.automatable is automatable
    assert "automatable" not in decision.unknown


@pytest.mark.parametrize("vector", ["", "not a vector", "CVSS:3.1/AV:N", "AV/AC/PR"])
def test_without_a_readable_vector_automation_is_unknown_and_said_so(vector: str) -> None:
    decision = decide(Kind.VULNERABILITY, cvss_vector=vector)

    assert decision.automatable is False
    assert "automatable" in decision.unknown
    assert "unknown whether it can be automated, taken as no" in decision.sentence


def test_unknown_exposure_is_controlled_or_open_by_type() -> None:
    inside = decide(Kind.VULNERABILITY, resource_type="AwsEc2Instance")
    facing = decide(Kind.VULNERABILITY, resource_type="awsElbv2LoadBalancer")
    known = decide(Kind.VULNERABILITY, resource_type="AwsElbv2LoadBalancer", exposure=Exposure.SMALL)

    assert (inside.exposure, facing.exposure, known.exposure) == (Exposure.CONTROLLED, Exposure.OPEN, Exposure.SMALL)
    assert "exposure unknown, taken as controlled" in inside.sentence
    assert "exposure unknown, taken as open since its type faces the internet" in facing.sentence


def test_the_sentences_read_well() -> None:
    heartbleed = decide(
        Kind.VULNERABILITY, known_exploited=True, exposure=Exposure.OPEN, cvss_vector=NETWORK, tier=1, epss=0.94
    )
    nothing_known = decide(Kind.VULNERABILITY)

    assert heartbleed.sentence == (
        "Immediate: exploited in the wild (on the known-exploited list), open to the internet, "
        "an attack can be automated, very high impact (tier 1)."
    )
    assert nothing_known.sentence == (
        "Scheduled: exploitation unknown, taken as none; exposure unknown, taken as controlled; "
        "no CVSS vector, so unknown whether it can be automated, taken as no; tier unknown, impact taken as medium."
    )
    assert nothing_known.unknown == ("exploitation", "exposure", "automatable", "tier")


def test_a_missing_list_is_named_beside_a_score() -> None:
    assert "known-exploited list not loaded, EPSS 0.02" in decide(Kind.VULNERABILITY, epss=0.02).sentence
    assert "EPSS below 0.01" in decide(Kind.VULNERABILITY, epss=0.0009).sentence


# --- compliance and code


@pytest.mark.parametrize("kind", [Kind.COMPLIANCE, Kind.CODE])
@pytest.mark.parametrize(
    ("family", "port", "exploitation"),
    [
        ("network.open-port.22", 22, Exploitation.PUBLIC_POC),
        ("network.open-port.8443", 8443, Exploitation.NONE),
        ("network.open-all-ports", None, Exploitation.PUBLIC_POC),
        ("s3.public-access", None, Exploitation.PUBLIC_POC),
        ("RDS.public-access", None, Exploitation.PUBLIC_POC),
        ("iam.root-no-mfa", None, Exploitation.PUBLIC_POC),
        ("s3.no-versioning", None, Exploitation.NONE),
        ("", None, Exploitation.NONE),
    ],
)
def test_exploitation_of_a_control(kind: Kind, family: str, port: int | None, exploitation: Exploitation) -> None:
    assert decide(kind, family=family, port=port, known_exploited=True).exploitation is exploitation


def test_what_the_finding_calls_world_open_is_open_and_needs_no_credentials() -> None:
    decision = decide(Kind.COMPLIANCE, family="network.open-port.22", port=22, world_open=True, tier=1)

    assert (decision.priority, decision.exposure, decision.automatable) == ("out-of-cycle", Exposure.OPEN, True)
    assert decision.sentence == (
        "Out-of-cycle: it guards something attacked in the open, open to the world, no credentials needed, "
        "very high impact (tier 1)."
    )


def test_a_control_otherwise_takes_the_assets_exposure() -> None:
    decision = decide(Kind.COMPLIANCE, exposure=Exposure.SMALL, reachable=False, tier=4)

    assert (decision.exposure, decision.automatable, decision.unknown) == (Exposure.SMALL, False, ())


# --- leaked secret


@pytest.mark.parametrize(
    ("active", "public", "exploitation", "exposure"),
    [
        (False, False, Exploitation.PUBLIC_POC, Exposure.CONTROLLED),
        (True, False, Exploitation.ACTIVE, Exposure.CONTROLLED),
        (True, True, Exploitation.ACTIVE, Exposure.OPEN),
    ],
)
def test_a_leaked_secret(active: bool, public: bool, exploitation: Exploitation, exposure: Exposure) -> None:
    decision = decide(Kind.SECRET, secret_active=active, public_repository=public, tier=2)

    assert (decision.exploitation, decision.exposure, decision.automatable) == (exploitation, exposure, True)
    assert decision.human_impact is HumanImpact.HIGH


# --- detection


@pytest.mark.parametrize(
    ("severity", "tier", "priority"),
    [
        (Severity.FATAL, None, Priority.IMMEDIATE),
        (Severity.CRITICAL, 4, Priority.IMMEDIATE),
        (Severity.HIGH, 1, Priority.IMMEDIATE),
        (Severity.HIGH, 2, Priority.IMMEDIATE),
        (Severity.HIGH, 3, Priority.OUT_OF_CYCLE),
        (Severity.HIGH, None, Priority.OUT_OF_CYCLE),
        (Severity.MEDIUM, 2, Priority.OUT_OF_CYCLE),
        (Severity.MEDIUM, 3, Priority.SCHEDULED),
        (Severity.LOW, 1, Priority.SCHEDULED),
        (Severity.UNKNOWN, 1, Priority.SCHEDULED),
        (Severity.INFORMATIONAL, 1, Priority.DEFER),
    ],
)
def test_a_detection_has_its_own_table(severity: Severity, tier: int | None, priority: Priority) -> None:
    decision = decide(Kind.DETECTION, severity=severity, tier=tier)

    assert decision.priority is priority
    assert decision.exploitation is decision.exposure is decision.automatable is decision.human_impact is None
    assert ("tier unknown" in decision.sentence) == (tier is None)


def test_a_detection_of_unknown_severity_says_so() -> None:
    decision = decide(Kind.DETECTION)

    assert decision.sentence == "Scheduled: it is happening now, severity unknown, tier unknown."
    assert decision.unknown == ("severity", "tier")


def test_priorities_sort_by_urgency() -> None:
    shuffled = [Priority.SCHEDULED, Priority.DEFER, Priority.IMMEDIATE, Priority.OUT_OF_CYCLE]

    assert sorted(shuffled, key=lambda each: each.rank) == ["immediate", "out-of-cycle", "scheduled", "defer"]
