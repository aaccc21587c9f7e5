"""config/priority.yaml and the 72 rows of SSVC: the tables behind every priority."""

from __future__ import annotations

from pathlib import Path

from bot.model.priority_tables import (
    ATTACKED_FAMILIES,
    ATTACKED_PORTS,
    DETECTION,
    IMPACT_BY_TIER,
    INTERNET_FACING_TYPES,
    DetectionRow,
    HumanImpact,
    Priority,
    PriorityTables,
)
from bot.settings.read_ssvc import SHIPPED, read_ssvc
from bot.settings.section import Section
from bot.settings.units import check_glob
from connectors.contract.context import Exposure
from connectors.contract.finding import Severity

TIERS = (1, 2, 3, 4)


def read_priority(top: Section) -> PriorityTables:
    """The tables; whatever the file leaves out is as DESIGN has it."""
    ssvc = top.text("ssvc")
    table = Path(top.notebook.directory, ssvc) if ssvc else SHIPPED
    assumed, impact = top.section("when_unknown"), top.section("impact_by_tier")
    return PriorityTables(
        ssvc=read_ssvc(top.notebook, table, ssvc or SHIPPED.name, top.at("ssvc")),
        detection=_detection(top),
        epss_threshold=top.fraction("epss_threshold", 0.1),
        impact_by_tier={tier: impact.choice(f"tier_{tier}", HumanImpact, IMPACT_BY_TIER[tier]) for tier in TIERS},
        impact_unknown=assumed.choice("human_impact", HumanImpact, HumanImpact.MEDIUM),
        exposure_unknown=_exposure(assumed),
        attacked_families=_globs(top, "attacked_families", ATTACKED_FAMILIES),
        attacked_ports=_ports(top),
        internet_facing_types=_globs(top, "internet_facing_types", INTERNET_FACING_TYPES),
    )


def _exposure(section: Section) -> Exposure:
    found = section.choice("exposure", Exposure, Exposure.CONTROLLED)
    if found is Exposure.UNKNOWN:
        section.problem("exposure", "unknown cannot be taken as unknown", "write small, controlled or open")
        return Exposure.CONTROLLED
    return found


def _detection(top: Section) -> tuple[DetectionRow, ...]:
    rows = tuple(_row(section) for section in top.sections("detection"))
    if not rows:
        return DETECTION
    if rows[-1].severities or rows[-1].tiers:
        remedy = "let the last row have a priority only, so that every detection has one"
        top.problem("detection", "a detection could match no row", remedy, len(rows) - 1)
    return rows


def _row(section: Section) -> DetectionRow:
    if not section.has("priority"):
        section.missing("priority", f"write one of: {', '.join(Priority)}")
    words = section.texts("severity", check=_check_severity)
    return DetectionRow(
        priority=section.choice("priority", Priority, Priority.SCHEDULED),
        severities=frozenset(Severity[word.upper()] for word in words),
        tiers=section.numbers("tier", TIERS[0], TIERS[-1]),
    )


def _check_severity(text: str) -> None:
    if text not in {severity.word for severity in Severity}:
        raise ValueError(f"write one of: {', '.join(severity.word for severity in Severity)}")


def _globs(top: Section, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    return top.texts(key, check=check_glob) if top.has(key) else default


def _ports(top: Section) -> frozenset[int]:
    return top.numbers("attacked_ports", 0, 65535) if top.has("attacked_ports") else ATTACKED_PORTS
