"""What is said of a broken glass when it is to be reviewed: in the thread, and in the security team's ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.views.change_record import RunRecord, change_paragraphs, result_paragraphs
from bot.views.times import at_minute


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """One broken glass and the run it was broken for."""

    person: str  # a name
    reason: str
    at: datetime
    run: RunRecord
    page: str  # the live case's trail on the console


def review_line(person: str, at: datetime, reason: str, team: str, project: str) -> str:
    """The thread's sentence; ``team`` is the security team's name, ``project`` where a ticket is asked for, or ""."""
    who = f"{team}, please" if team else "Somebody else, please"
    where = f"A ticket is asked for in {project}." if project else "It waits under Approvals on the console"
    until = "" if project else ", until somebody other than who broke it marks it reviewed with a word."
    return f"{who} review: {person} broke the glass at {at_minute(at)}. Reason: {reason} {where}{until}"


def review_summary(record: ReviewRecord) -> str:
    """One line of at most 250 characters."""
    return " ".join(f"Review: {record.person} broke the glass for {record.run.case} {record.run.case_title}".split())[
        :250
    ]


def review_paragraphs(record: ReviewRecord) -> tuple[str, ...]:
    """Who, why, what was changed, with which result, and where more is."""
    return (
        f"{record.person} broke the glass at {at_minute(record.at)}: the fix ran without the yes of others, or outside "
        "its change window.",
        f"Reason given: {record.reason}",
        *change_paragraphs(record.run),
        *(result_paragraphs(record.run) if record.run.ended else ("Result: it has not ended yet.",)),
        f"Trail: {record.page}",
        "Whoever reviews it is somebody else. Was it needed, and could the policy have allowed it?",
    )
