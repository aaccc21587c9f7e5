"""What a change record says of one run: the plan, who approved it, its window, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views.risks import fact_words
from bot.views.times import at_minute
from connectors.contract.fix import Plan

_LISTED = 40  # targets, and changes of each


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run, gathered for its record."""

    id: str
    case: str  # S-12
    case_title: str
    title: str  # of the fix
    kind: str  # apply or undo
    requester: str  # a name
    allowed_by: str  # the rule or level of the policy
    approvers: tuple[str, ...]  # names of who else said yes
    opens: datetime | None  # of a queued run: when its change window opens
    began: datetime
    ended: datetime | None
    state: str
    reason: str
    plans: tuple[Plan, ...]
    evidence: tuple[str, ...]


def change_summary(run: RunRecord) -> str:
    """One line of at most 250 characters."""
    verb = "Undo" if run.kind == "undo" else "Change"
    return " ".join(f"{verb}: {run.title}, for {run.case} {run.case_title}".split())[:250]


def change_paragraphs(run: RunRecord) -> tuple[str, ...]:
    """The plan as it was approved, before anything is known of its result."""
    what = "It takes an earlier run back, to the state that run found." if run.kind == "undo" else ""
    targets = f"{len(run.plans)} target{'' if len(run.plans) == 1 else 's'}"
    return tuple(
        part
        for part in (
            f"Run {run.id} of the fix “{run.title}”, on {targets}, for case {run.case}: {run.case_title}.",
            what,
            *(_plan(plan, undone=run.kind == "undo") for plan in run.plans[:_LISTED]),
            f"and {len(run.plans) - _LISTED} targets more" if len(run.plans) > _LISTED else "",
            f"Asked for by {run.requester}{f'; allowed by {run.allowed_by}' if run.allowed_by else ''}.",
            f"Approved by: {', '.join(run.approvers) or 'nobody else was needed'}.",
            f"Window: begins {at_minute(run.opens or run.began)}; its end and the result follow as a comment.",
        )
        if part
    )


def _plan(plan: Plan, *, undone: bool) -> str:
    changes = [
        f"- {each.what}: {each.after} → {each.before}" if undone else f"- {each.what}: {each.before} → {each.after}"
        for each in plan.changes[:_LISTED]
    ]
    risk = plan.operational_risk
    facts = "; ".join(fact_words(fact) for fact in risk.facts) or "nothing is known"
    undo = "can be undone" if plan.reversible else "cannot be undone"
    head = f"{plan.target.id} ({plan.target.account} {plan.target.region}): {plan.title}; {undo}."
    return "\n".join([head, *changes, f"Operational risk {risk.level.value}: {facts}."])


def result_paragraphs(run: RunRecord) -> Sequence[str]:
    """How it ended, when, and what was read back."""
    ended = at_minute(run.ended) if run.ended else "unknown"
    why = f" {run.reason}." if run.reason else ""
    read = "\n".join(["Read back:", *(f"- {each}" for each in run.evidence[:_LISTED])]) if run.evidence else ""
    said = f"Result: {run.state}.{why}", f"Window: {at_minute(run.began)} to {ended}.", read
    return tuple(part for part in said if part)
