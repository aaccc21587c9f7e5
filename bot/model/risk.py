"""The security risk of a finding: what happens if we wait, every reason a fact with where it was read and when.

The operational risk (what happens if we act) is the fix's own answer; both are the contract's :class:`Risk`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.model.priority import PriorityFacts, epss_words, exploitation_of, exposure_of
from bot.model.priority_tables import Exploitation, PriorityTables
from connectors.contract.context import Exposure
from connectors.contract.finding import Kind, Severity
from connectors.contract.fix import Fact, Risk, RiskLevel


@dataclass(frozen=True, slots=True)
class Reading:
    """Where something was read and when: ``GuardDuty``, ``CISA known-exploited list``, ``inventory (assets.csv)``."""

    where: str
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Where each group of facts came from."""

    finding: Reading = field(default_factory=lambda: Reading("the finding"))
    known_exploited: Reading = field(default_factory=lambda: Reading("the known-exploited list"))
    epss: Reading = field(default_factory=lambda: Reading("FIRST EPSS"))
    asset: Reading = field(default_factory=lambda: Reading("the inventory"))
    detection: Reading = field(default_factory=lambda: Reading("detections on the asset"))


@dataclass(frozen=True, slots=True)
class _Reason:
    """One fact and how bad it makes waiting by itself; None: it is worth telling, and says nothing about that."""

    text: str
    reading: Reading
    level: RiskLevel | None


_ORDER = (RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH)

_BY_SEVERITY = {
    Severity.INFORMATIONAL: RiskLevel.LOW,
    Severity.LOW: RiskLevel.LOW,
    Severity.MEDIUM: RiskLevel.MEDIUM,
    Severity.HIGH: RiskLevel.MEDIUM,
    Severity.CRITICAL: RiskLevel.HIGH,
    Severity.FATAL: RiskLevel.HIGH,
}


def security_risk(facts: PriorityFacts, tables: PriorityTables, readings: Readings) -> Risk:
    """How bad waiting is: the worst of what is known, one level more where it is open to the internet.

    Nothing known reads unknown, never low; a fact that only says what is *not* the case lifts nothing.
    """
    reasons = [*_of_finding(facts, tables, readings), *_of_exploitation(facts, tables, readings)]
    reasons += _of_asset(facts, tables, readings)
    levels = [reason.level for reason in reasons if reason.level is not None]
    level = max(levels, key=_ORDER.index, default=RiskLevel.UNKNOWN)
    exposed = exposure_of(facts, tables)
    if exposed.value is Exposure.OPEN and not exposed.unknown and level in _ORDER:
        level = _ORDER[min(_ORDER.index(level) + 1, len(_ORDER) - 1)]
    told = tuple(Fact(reason.text, reason.reading.where, reason.reading.read_at) for reason in reasons)
    return Risk(level, told)


def _of_finding(facts: PriorityFacts, tables: PriorityTables, readings: Readings) -> list[_Reason]:
    reasons = []
    if facts.severity is not Severity.UNKNOWN:
        text = f"severity {facts.severity.word}"
        reasons.append(_Reason(text, readings.finding, _BY_SEVERITY[facts.severity]))
    if facts.kind is Kind.DETECTION:
        reasons.append(_Reason("it is happening now", readings.finding, RiskLevel.MEDIUM))
    if facts.world_open:
        reasons.append(_Reason("open to the world, without credentials", readings.finding, RiskLevel.MEDIUM))
    if facts.kind is Kind.SECRET:
        answer = exploitation_of(facts, tables)
        level = RiskLevel.HIGH if facts.secret_active else RiskLevel.MEDIUM
        reasons.append(_Reason(answer.words, readings.finding, level))
    if facts.public_repository:
        reasons.append(_Reason("in a public repository", readings.finding, RiskLevel.MEDIUM))
    return reasons


def _of_exploitation(facts: PriorityFacts, tables: PriorityTables, readings: Readings) -> list[_Reason]:
    reasons = []
    if facts.known_exploited is not None and facts.kind is Kind.VULNERABILITY:
        text = "on the known-exploited list" if facts.known_exploited else "not on the known-exploited list"
        level = RiskLevel.HIGH if facts.known_exploited else None
        reasons.append(_Reason(text, readings.known_exploited, level))
    if facts.epss is not None:
        likely = facts.epss >= tables.epss_threshold
        text = f"EPSS {epss_words(facts.epss)}: the chance of exploitation in the next 30 days"
        reasons.append(_Reason(text, readings.epss, RiskLevel.MEDIUM if likely else None))
    if facts.public_exploit:
        reasons.append(_Reason("an exploit is public", readings.finding, RiskLevel.MEDIUM))
    if facts.detection_on_asset:
        reasons.append(_Reason("something is being detected on the same asset", readings.detection, RiskLevel.HIGH))
    guards = facts.kind in (Kind.COMPLIANCE, Kind.CODE)
    if guards and exploitation_of(facts, tables).value is Exploitation.PUBLIC_POC:
        reasons.append(_Reason("it guards something attacked in the open", readings.finding, RiskLevel.MEDIUM))
    return reasons


def _of_asset(facts: PriorityFacts, tables: PriorityTables, readings: Readings) -> list[_Reason]:
    """The asset alone is no risk: its exposure and tier are told, and only lift what the finding says."""
    reasons = []
    if facts.exposure is not Exposure.UNKNOWN:
        reasons.append(_Reason(f"exposure {facts.exposure.value}", readings.asset, None))
    if facts.tier is not None:
        impact = tables.impact_by_tier.get(facts.tier)
        words = f"tier {facts.tier}" + (f" ({impact.value} impact)" if impact else "")
        reasons.append(_Reason(words, readings.asset, None))
    return reasons
