"""What a press asks before it acts: the plan with its two risks, a reason, a date, a team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.model.case_view import CaseView
from bot.model.plan_digest import plan_digest
from bot.views.risks import fact_words, risk_spans
from bot.views.times import at_minute, span_words
from connectors.contract.fix import Plan
from connectors.contract.message import (
    Code,
    Context,
    Diff,
    Form,
    Input,
    InputKind,
    Level,
    Listing,
    Notice,
    Paragraph,
    Part,
    Plain,
    Spans,
    Strong,
)

SPANS: Mapping[str, timedelta] = {
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
_TARGETS = 6  # whose changes stand below each other
_IN_A_LINE = 60  # further ones, a line each
_CHOICES = 100  # of a menu, in Slack


def about(view: CaseView) -> Paragraph:
    """Which case it is, at the head of a form."""
    return Paragraph((Strong(view.name), Plain(f" {view.title} ({view.environment or 'environment unknown'})")))


def plan_form(view: CaseView, plans: Sequence[Plan], offer: str, now: datetime) -> Form:
    """Exactly what would change, on what, what depends on it, what it would break, and the button that does it.

    Without an ``offer`` it only shows: nothing to do, or nobody may.
    """
    changing = [plan for plan in plans if plan.changes]
    parts: list[Part] = [about(view)]
    if view.plan_unread:
        parts.append(Notice(Level.WARNING, (Strong("Not read, so not changed. "), Plain(_unread(view)))))
    if not changing and view.plan_unread:
        parts.append(Paragraph((Plain("What could be read is already as the fix would leave it."),)))
        return Form("Plan", tuple(parts))
    if not changing:
        parts.append(Notice(Level.SUCCESS, (Plain("Nothing to do: everything is already as the fix would leave it."),)))
        return Form("Plan", tuple(parts))
    parts.append(Paragraph((Strong(changing[0].title), Plain(f" on {len(changing)} target{'s'[: len(changing) > 1]}"))))
    for plan in changing[:_TARGETS]:
        parts.append(
            Diff(
                tuple(line for change in plan.changes for line in _diff(plan, change.what, change.before, change.after))
            )
        )
    rest = changing[_TARGETS:]
    if rest:
        parts.append(Context((Plain(f"and {len(rest)} more targets, listed at the end"),)))
    read_at = at_minute(changing[0].read_at)
    depends = tuple((Plain(fact_words(fact, read_at)),) for plan in changing for fact in plan.blast_radius)
    parts.append(Paragraph((Strong("What depends on it"),)))
    parts.append(Listing(depends[:_TARGETS], max(0, len(depends) - _TARGETS)))
    parts.append(Paragraph(risk_spans("If we wait: security risk", view.security_risk)))
    parts.append(Paragraph(risk_spans("If we fix: operational risk", view.operational_risk, shown=6)))
    undo = "It can be undone exactly." if all(plan.reversible for plan in changing) else "It CANNOT be undone."
    digest = plan_digest(plans)[:12]
    parts.append(Context((Plain(f"{undo} Read {read_at}; plan {digest}."),)))
    if rest:  # last, so that a chat with little room leaves these off before the risks
        parts.append(Listing(tuple(_in_a_line(plan) for plan in rest[:_IN_A_LINE]), len(rest[_IN_A_LINE:])))
    return Form("Plan", tuple(parts), offer, "Fix now" if offer else "")


def _in_a_line(plan: Plan) -> Spans:
    changes = "; ".join(f"{each.what}: {each.before} → {each.after}" for each in plan.changes)
    return (Code(plan.target.id), Plain(f" {changes}"))


def _unread(view: CaseView) -> str:
    left = len(view.plan_unread) - _TARGETS
    return "; ".join(view.plan_unread[:_TARGETS]) + (f"; and {left} more" if left > 0 else "")


def _diff(plan: Plan, what: str, before: str, after: str) -> tuple[str, ...]:
    return (f"  {plan.target.id}: {what}", f"- {before}", f"+ {after}")


def plan_failed_form(view: CaseView) -> Form:
    """The plan could not be read; nothing was changed."""
    why = Notice(Level.ERROR, (Strong("The plan could not be read. "), Plain(view.plan_problem)))
    return Form("Plan", (about(view), why, Paragraph((Plain("Nothing was changed."),))))


def snooze_form(view: CaseView, offer: str, longest: timedelta) -> Form:
    """Until when; only spans that the priority allows."""
    choices = tuple((word, span_words(span)) for word, span in SPANS.items() if span <= longest)
    span = Input("span", "Quiet for", InputKind.CHOICE, choices=choices, initial=choices[0][0] if choices else "")
    note = Context((Plain(f"At most {span_words(longest)} at this priority. It opens again by itself."),))
    return Form("Snooze", (about(view), note), offer, "Snooze", (span,))


def accept_form(view: CaseView, offer: str, today: date, latest: date) -> Form:
    """Why, and until when."""
    reason = Input(
        "reason", "Why is it right to live with this?", InputKind.PARAGRAPH, hint="Someone reads this in a year."
    )
    control = Input("control", "What is done instead?", InputKind.LINE, hint="a compensating control", optional=True)
    until = Input(
        "until",
        "Until",
        InputKind.DATE,
        hint=f"{latest} at the latest",
        initial=str(latest),
        earliest=today,
        latest=latest,
    )
    parts = (
        about(view),
        Paragraph(risk_spans("If we wait: security risk", view.security_risk)),
        Context((Plain("Your name stands under it. It opens again by itself, or earlier if the facts change."),)),
    )
    return Form("Accept risk", parts, offer, "Accept risk", (reason, control, until))


def not_ours_form(view: CaseView, offer: str, teams: Sequence[tuple[str, str]]) -> Form:
    """Whose it is."""
    team = Input("team", "Whose is it?", InputKind.CHOICE, choices=tuple(teams))
    note = Context((Plain(f"We thought it was {view.owner_name}: {view.owner_why}. What you say is remembered."),))
    return Form("Not ours", (about(view), note), offer, "Hand over", (team,))


def assign_form(view: CaseView, offer: str, people: Sequence[tuple[str, str]]) -> Form:
    """Who is to take it: the owner's people first, as many as a menu holds."""
    person = Input("person", "Who takes it?", InputKind.CHOICE, choices=tuple(people[:_CHOICES]))
    left = len(people) - _CHOICES
    note = (Context((Plain(f"{left} more by `assign {view.name} name`"),)),) if left > 0 else ()
    return Form("Assign", (about(view), *note), offer, "Assign", (person,))


def mine_form(view: CaseView, offer: str, teams: Sequence[tuple[str, str]]) -> Form:
    """For which of their teams someone takes it."""
    team = Input("team", "For which of your teams?", InputKind.CHOICE, choices=tuple(teams))
    return Form("Mine", (about(view),), offer, "Take it", (team,))


def template_done_form(view: CaseView, offer: str) -> Form:
    """What makes the run-time fix last."""
    reason = Input(
        "reason", "What makes it last?", InputKind.PARAGRAPH, hint="a link to the merged change, or a sentence"
    )
    templates = sorted({each.template for each in view.affected if each.template})
    where = Context(
        (Plain("Its template: " + ", ".join(templates) if templates else "The inventory names no template."),)
    )
    return Form("Template done", (about(view), where), offer, "Template done", (reason,))


def undo_form(view: CaseView, offer: str, targets: int) -> Form:
    """Once more, before what was closed is opened again."""
    run = view.run
    what = f"{run.title}, run by {run.person} at {at_minute(run.at)}" if run else "the last run"
    if run is not None and run.kind == "undo":
        what = f"{run.title}, once more: the undo of {at_minute(run.at)} ended as {run.state}"
    warn = Notice(Level.WARNING, (Plain("The hole is open again afterwards, exactly as it was found."),))
    parts = (
        about(view),
        Paragraph((Strong("Undo: "), Plain(f"{what}, on {targets} target{'s'[: targets > 1]}"))),
        warn,
    )
    return Form("Undo", parts, offer, "Undo")
