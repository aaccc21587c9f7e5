"""How urgent a finding is: SSVC's deployer decision for what waits, a table of its own for what is happening now.

Whatever is unknown is taken as the tables say, and named as unknown in the sentence that a person reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from bot.model.priority_tables import (
    DetectionRow,
    Exploitation,
    HumanImpact,
    Priority,
    PriorityTables,
)
from connectors.contract.context import Exposure
from connectors.contract.finding import Kind, Severity

T = TypeVar("T")

__all__ = [
    "DetectionRow",
    "Exploitation",
    "HumanImpact",
    "Priority",
    "PriorityDecision",
    "PriorityFacts",
    "PriorityTables",
    "prioritize",
]


class PriorityFacts(msgspec.Struct, frozen=True):
    """What is known when a finding is prioritised. None and UNKNOWN mean that nobody knows, not no.

    A struct, since one is made for every finding and answers are remembered by it: a fifth of a dataclass's price."""

    kind: Kind
    severity: Severity = Severity.UNKNOWN
    known_exploited: bool | None = None  # None: no known-exploited list is loaded
    epss: float | None = None  # 0 to 1
    public_exploit: bool = False  # a source says an exploit is public
    detection_on_asset: bool = False  # an open detection on the same asset
    exposure: Exposure = Exposure.UNKNOWN  # the asset's, from the inventory
    world_open: bool = False  # the finding itself says: open to the world, without credentials
    resource_type: str = ""  # looked up among the internet-facing types
    family: str = ""  # problem or rule of a compliance or code finding
    port: int | None = None
    cvss_vector: str = ""
    reachable: bool | None = None  # reachable without credentials; world_open implies it
    tier: int | None = None  # the asset's: 1 (the business stops) to 4
    secret_active: bool = False
    public_repository: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityDecision:
    """The priority, the four answers it came from (None for a detection, which has its own table), and why."""

    priority: Priority
    sentence: str
    exploitation: Exploitation | None = None
    exposure: Exposure | None = None
    automatable: bool | None = None
    human_impact: HumanImpact | None = None
    unknown: tuple[str, ...] = ()  # which of the answers were assumed: "exposure", "tier" …


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """The answer to one of SSVC's four questions, as a value and as words."""

    value: T
    words: str
    unknown: str = ""  # what was not known, when the value is an assumption


def prioritize(facts: PriorityFacts, tables: PriorityTables) -> PriorityDecision:
    """The priority of one finding and the sentence that says why. Pure; every unknown is named."""
    if facts.kind is Kind.DETECTION:
        return _detection(facts, tables)
    exploitation = exploitation_of(facts, tables)
    exposure = exposure_of(facts, tables)
    automatable = automatable_of(facts)
    impact = impact_of(facts, tables)
    priority = tables.ssvc[(exploitation.value, exposure.value, automatable.value, impact.value)]
    answers: tuple[Answer[Any], ...] = (exploitation, exposure, automatable, impact)
    return PriorityDecision(
        priority=priority,
        sentence=_sentence(priority, answers),
        exploitation=exploitation.value,
        exposure=exposure.value,
        automatable=automatable.value,
        human_impact=impact.value,
        unknown=tuple(answer.unknown for answer in answers if answer.unknown),
    )


def _sentence(priority: Priority, answers: Sequence[Answer[Any]]) -> str:
    known = ", ".join(answer.words for answer in answers if not answer.unknown)
    assumed = "; ".join(answer.words for answer in answers if answer.unknown)
    return f"{priority.value.capitalize()}: {'; '.join(part for part in (known, assumed) if part)}."


def _detection(facts: PriorityFacts, tables: PriorityTables) -> PriorityDecision:
    """Not waiting to happen: the first row of the detection table that matches."""
    row = next(row for row in tables.detection if row.matches(facts.severity, facts.tier))
    tier = "tier unknown" if facts.tier is None else f"tier {facts.tier}"
    unknown = [] if facts.severity is not Severity.UNKNOWN else ["severity"]
    unknown += [] if facts.tier is not None else ["tier"]
    sentence = f"{row.priority.value.capitalize()}: it is happening now, severity {facts.severity.word}, {tier}."
    return PriorityDecision(priority=row.priority, sentence=sentence, unknown=tuple(unknown))


def exploitation_of(facts: PriorityFacts, tables: PriorityTables) -> Answer[Exploitation]:
    """Is it exploited, could it be, or is nothing of the kind known?"""
    if facts.kind is Kind.SECRET:
        if facts.secret_active:
            return Answer(Exploitation.ACTIVE, "the leaked secret works or was seen used")
        return Answer(Exploitation.PUBLIC_POC, "a leaked secret, not known to be in use")
    if facts.kind in (Kind.COMPLIANCE, Kind.CODE):
        if tables.attacked_in_the_open(facts.family, facts.port):
            return Answer(Exploitation.PUBLIC_POC, "it guards something attacked in the open")
        return Answer(Exploitation.NONE, "it guards nothing that is attacked in the open")
    return _exploitation_of_vulnerability(facts, tables)


def epss_words(score: float) -> str:
    """``0.94``; what two digits would call nothing at all is said to be below the smallest."""
    return f"{score:.2f}" if score == 0 or score >= 0.005 else "below 0.01"


def _exploitation_of_vulnerability(facts: PriorityFacts, tables: PriorityTables) -> Answer[Exploitation]:
    if facts.known_exploited:
        return Answer(Exploitation.ACTIVE, "exploited in the wild (on the known-exploited list)")
    if facts.detection_on_asset:
        return Answer(Exploitation.ACTIVE, "something is being detected on the same asset")
    if facts.public_exploit:
        return Answer(Exploitation.PUBLIC_POC, "an exploit is public")
    if facts.epss is not None and facts.epss >= tables.epss_threshold:
        return Answer(Exploitation.PUBLIC_POC, f"exploitation is likely (EPSS {epss_words(facts.epss)})")
    if facts.known_exploited is None and facts.epss is None:
        return Answer(Exploitation.NONE, "exploitation unknown, taken as none", "exploitation")
    score = "no EPSS score" if facts.epss is None else f"EPSS {epss_words(facts.epss)}"
    listed = "known-exploited list not loaded, " if facts.known_exploited is None else ""
    return Answer(Exploitation.NONE, f"no exploitation known ({listed}{score})")


_EXPOSURE_WORDS = {
    Exposure.OPEN: "open to the internet",
    Exposure.CONTROLLED: "reachable only through controlled access",
    Exposure.SMALL: "hardly reachable",
}


def exposure_of(facts: PriorityFacts, tables: PriorityTables) -> Answer[Exposure]:
    """How far it can be reached: what the finding itself says, else the asset's, else the table's assumption."""
    if facts.world_open and facts.kind in (Kind.COMPLIANCE, Kind.CODE):
        return Answer(Exposure.OPEN, "open to the world")
    if facts.public_repository and facts.kind is Kind.SECRET:
        return Answer(Exposure.OPEN, "in a public repository")
    if facts.exposure is not Exposure.UNKNOWN:
        return Answer(facts.exposure, _EXPOSURE_WORDS[facts.exposure])
    if tables.internet_facing(facts.resource_type):
        words = "exposure unknown, taken as open since its type faces the internet"
        return Answer(Exposure.OPEN, words, "exposure")
    assumed = tables.exposure_unknown
    return Answer(assumed, f"exposure unknown, taken as {assumed.value}", "exposure")


def automatable_of(facts: PriorityFacts) -> Answer[bool]:
    """Could an attacker do it to everyone by a script?"""
    if facts.kind is Kind.SECRET:
        return Answer(True, "whoever has it can use it")
    if facts.kind is Kind.VULNERABILITY:
        return _automatable_by_vector(facts.cvss_vector)
    reachable = True if facts.world_open else facts.reachable
    if reachable is None:
        return Answer(False, "unknown whether credentials are needed, taken as needed", "automatable")
    return Answer(reachable, "no credentials needed" if reachable else "credentials needed")


def _automatable_by_vector(vector: str) -> Answer[bool]:
    """CVSS AV:N, AC:L, PR:N, UI:N. Version 2 says Au for PR and has no UI; version 4 adds AT (attack requirements)."""
    metrics = dict(part.split(":", 1) for part in vector.upper().split("/") if ":" in part)
    if not {"AV", "AC"} <= metrics.keys() or not {"PR", "AU"} & metrics.keys():
        return Answer(False, "no CVSS vector, so unknown whether it can be automated, taken as no", "automatable")
    privileges = metrics.get("PR", metrics.get("AU"))
    needs = (metrics["AV"], metrics["AC"], privileges, metrics.get("UI", "N"), metrics.get("AT", "N"))
    if needs == ("N", "L", "N", "N", "N"):
        return Answer(True, "an attack can be automated")
    return Answer(False, "an attack cannot be automated")


def impact_of(facts: PriorityFacts, tables: PriorityTables) -> Answer[HumanImpact]:
    """What it would do to people, by the asset's tier."""
    impact = None if facts.tier is None else tables.impact_by_tier.get(facts.tier)
    if impact is None:
        return Answer(tables.impact_unknown, f"tier unknown, impact taken as {tables.impact_unknown.value}", "tier")
    return Answer(impact, f"{impact.value} impact (tier {facts.tier})")
