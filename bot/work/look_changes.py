"""What follows for a case from how its ticket stands now. Pure: a ticket, its row and its case in, changes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from bot.model.case import CaseState, Decision
from bot.model.person import Person
from bot.model.policy import Act, Denied, may
from bot.model.tracker_person import known_person
from bot.settings import Settings
from bot.views.times import at_minute
from connectors.contract.ticket import Category, Changed, TicketNow


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: one of our people, a name that the tracker gave, or "" where nobody told us of it."""

    person: Person | None
    name: str

    @property
    def id(self) -> str:
        return self.person.id if self.person else ""

    def line(self, text: str) -> str:
        """A line of the thread; before it stands the name of whom we know."""
        if self.person:
            return text
        return f"{self.name}, whom nobody knows here, {text}" if self.name else f"Somebody {text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that follows. ``case`` and ``told`` are columns of the case and of the ticket's row."""

    what: Changed
    outcome: str
    said: tuple[str, ...] = ()
    case: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    claims: bool = False  # it is to be verified at once
    known_there: bool = True  # the ticket need not be told


def changes_of(
    changed: frozenset[Changed],
    ticket: TicketNow,
    row: Any,
    case: Mapping[str, Any],
    actor: Actor,
    settings: Settings,
    now: datetime,
) -> list[Change]:
    """In the order: status, assignee, due date; nothing for what stands as we knew it."""
    found: list[Change] = []
    if Changed.STATUS in changed:
        found += _status(ticket, row, case, actor, now)
    if Changed.ASSIGNEE in changed:
        found += _assignee(ticket, row, case, actor, settings)
    if Changed.DUE in changed:
        found += _due(ticket, row, case, actor, now)
    return found


def _status(ticket: TicketNow, row: Any, case: Mapping[str, Any], actor: Actor, now: datetime) -> Iterator[Change]:
    told = {"category": ticket.category.value if ticket.category else ""}
    is_done, was_done = ticket.category is Category.DONE, row.category == Category.DONE.value
    if is_done and not was_done and case["state"] != CaseState.FIXED.value:
        claim = {"claimed_at": now, "claimed_by": actor.person.name if actor.person else actor.name or "Somebody"}
        text = f"says in Jira that it is fixed ({ticket.key} is {ticket.status}); that is verified before it counts."
        yield Change(
            what=Changed.STATUS,
            outcome="claimed fixed",
            said=(actor.line(text),),
            case=claim,
            told=told,
            claims=True,
        )
    elif was_done and not is_done:
        text = actor.line(f"reopened {ticket.key} in Jira ({ticket.status}).")
        back = {"claimed_at": None, "claimed_by": ""}
        yield Change(what=Changed.STATUS, outcome="reopened", said=(text,), case=back, told=told)
    elif told["category"] != row.category:
        yield Change(what=Changed.STATUS, outcome=f"is {ticket.status}", told=told)


def _assignee(
    ticket: TicketNow, row: Any, case: Mapping[str, Any], actor: Actor, settings: Settings
) -> Iterator[Change]:
    """An assignee in Jira has the case if policy would let them take it themselves.

    Who has it there as before says nothing: whoever took the case may have no account there."""
    there = ticket.assignee.id if ticket.assignee else ""
    if there == row.seen_assignee:
        return
    seen = {"seen_assignee": there}
    person = known_person(settings.people, ticket.assignee)
    if ticket.assignee is None:
        if case["assignee"]:
            left = Decision.NONE.value if case["decision"] == Decision.ACKNOWLEDGED.value else case["decision"]
            text = actor.line(f"took the assignee off {ticket.key} in Jira; nobody is on it now.")
            nobody = {"assignee": "", "decision": left}
            told = seen | {"told_assignee": ""}
            yield Change(what=Changed.ASSIGNEE, outcome="nobody", said=(text,), case=nobody, told=told)
        else:
            yield Change(what=Changed.ASSIGNEE, outcome="nobody", told=seen)
        return
    name = ticket.assignee.name or ticket.assignee.id
    if person is None:
        text = actor.line(f"assigned {ticket.key} in Jira to {name}, whom nobody knows here; the case does not follow.")
        yield Change(what=Changed.ASSIGNEE, outcome="unknown person", said=(text,), told=seen)
    elif person.id != case["assignee"]:
        verdict = may(settings.policy, person, Act.ACKNOWLEDGE, environment=case["environment"], owner=case["owner"])
        if isinstance(verdict, Denied):
            text = actor.line(f"assigned {ticket.key} in Jira to {person.name}, who may not take this case.")
            yield Change(what=Changed.ASSIGNEE, outcome="may not", said=(text,), told=seen)
            return
        took = Decision.ACKNOWLEDGED.value if case["decision"] == Decision.NONE.value else case["decision"]
        text = actor.line(f"assigned it in Jira to {person.name}.")
        theirs = {"assignee": person.id, "decision": took}
        told = seen | {"told_assignee": person.id}
        yield Change(what=Changed.ASSIGNEE, outcome="assigned", said=(text,), case=theirs, told=told)
    else:
        yield Change(what=Changed.ASSIGNEE, outcome="as it was", told=seen | {"told_assignee": person.id})


def _due(ticket: TicketNow, row: Any, case: Mapping[str, Any], actor: Actor, now: datetime) -> Iterator[Change]:
    """An earlier day is taken; a later one than policy's is not, and both sides are told so, once."""
    present: datetime | None = case["due_at"]
    policy = row.policy_due if row.policy_due is not None and row.told_due == present else present
    day = ticket.due
    if day is not None and policy is not None and day > policy.date():
        if row.refused_due == day.isoformat():
            return
        text = actor.line(
            f"set {ticket.key} due on {day} in Jira, later than policy allows: this is due {at_minute(policy)}."
        )
        once = {"refused_due": day.isoformat()}
        yield Change(what=Changed.DUE, outcome="later than policy", said=(text,), told=once, known_there=False)
        return
    wanted = policy
    if day is not None:
        end = datetime.combine(day, time(23, 59, 59), UTC)
        wanted = min(end, policy) if policy is not None else end
    if wanted == present:
        if row.refused_due:
            yield Change(what=Changed.DUE, outcome="as policy says", told={"refused_due": ""})
        return
    due = f"on {day}" if day is not None else f"{at_minute(wanted)} again, as policy says" if wanted else "never"
    moved = {"due_at": wanted, "overdue_told": 0 if wanted is None or wanted > now else case["overdue_told"]}
    text = actor.line(f"changed the due date in Jira: this is due {due}.")
    told: dict[str, Any] = {"told_due": wanted, "policy_due": policy if day is not None else None, "refused_due": ""}
    yield Change(what=Changed.DUE, outcome="due date changed", said=(text,), case=moved, told=told)
