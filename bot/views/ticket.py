"""What a ticket says: enough to do the lasting work without opening the chat; and what its comments say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.case_view import CaseView
from bot.views.risks import fact_words
from bot.views.times import at_minute

_LISTED = 40
_LINES = 40  # of one comment; what piled up beyond them is counted


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that happened to a case."""

    at: datetime
    who: str  # a name, "" for Suture itself
    text: str
    link: str = ""


def ticket_summary(view: CaseView) -> str:
    """One line of at most 250 characters."""
    where = f"{view.environment or 'environment unknown'}, {view.total_findings} affected"
    line = f"[{view.severity.word}] {view.title} ({where})"
    return " ".join(line.split())[:250]


def ticket_words(view: CaseView) -> Mapping[str, str]:
    """What may stand in braces in a configured field (``ticket_mapping.WORDS``)."""
    return {
        "case": view.name,
        "due": view.due_at.date().isoformat() if view.due_at else "",
        "environment": view.environment or "unknown",
        "owner": view.owner_name,
        "priority": view.priority.value,
        "severity": view.severity.word,
    }


def ticket_paragraphs(view: CaseView) -> tuple[str, ...]:
    """What, how bad, what it would break, what to do, where."""
    affected = [f"- {each.name}: {each.detail} [{each.state}]" for each in view.affected[:_LISTED]]
    more = len(view.affected) + view.affected_more - len(affected)
    due = f"Due {at_minute(view.due_at)}." if view.due_at else ""
    return tuple(
        part
        for part in (
            f"{view.problem}: {view.title}",
            f"Priority {view.priority.value}. {view.sentence} {due}".strip(),
            "Security risk " + view.security_risk.level.value + ": " + _facts(view.security_risk.facts),
            "Operational risk " + view.operational_risk.level.value + ": " + _facts(view.operational_risk.facts),
            "\n".join(["Affected:", *affected, *([f"and {more} more"] if more > 0 else [])]),
            view.advice,
            f"Case {view.name} in Suture, owner {view.owner_name} ({view.owner_why}).",
        )
        if part
    )


def remark_paragraphs(lines: Sequence[Said]) -> tuple[str, ...]:
    """One comment for all that piled up, oldest first."""
    left = lines[-_LINES:]
    earlier = [f"{len(lines) - len(left)} earlier lines are on the case's page."] if len(lines) > len(left) else []
    return (*earlier, *(_said(line) for line in left))


def _said(line: Said) -> str:
    link = f" {line.link}" if line.link.startswith("https://") else ""
    return f"{at_minute(line.at)}: {line.who} {line.text}".replace(":  ", ": ") + link


def _facts(facts: object) -> str:
    assert isinstance(facts, tuple)
    return "; ".join(fact_words(fact) for fact in facts) or "nothing is known"
