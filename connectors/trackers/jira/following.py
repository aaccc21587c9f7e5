"""What follows after the create: comments, moves, assignees and due dates; each looks first and converges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from connectors.contract.failure import NeedsHuman
from connectors.contract.ticket import Category, Remark, TicketNow, TrackerPerson
from connectors.text import one_line
from connectors.trackers.jira import text
from connectors.trackers.jira.people import category_of, day_of, found_by_email, person_of
from connectors.trackers.jira.site import Site

if TYPE_CHECKING:
    from connectors.trackers.jira.wire import Wire

_HOPS = 4  # moves on the way to a category; a workflow that wants more is left to a person


class Following(Site):
    """The part of the contract about tickets that are there."""

    def me(self) -> str:
        """Our account id, or on Data Center our user name."""
        with self.connected() as wire:
            return _me(wire)

    def read(self, ticket: str) -> TicketNow | None:
        """As it stands; None once Jira says that there is none."""
        with self.connected() as wire:
            found = _or_gone(wire, ticket)
        if found is None:
            return None
        fields = found.get("fields") or {}
        status = fields.get("status") or {}
        return TicketNow(
            key=str(found["key"]),
            url=self.address(str(found["key"])),
            category=category_of(status),
            status=one_line(str(status.get("name") or ""), 80),
            assignee=person_of(fields.get("assignee")),
            due=day_of(fields.get("duedate")),
        )

    def say(self, ticket: str, remark: Remark) -> None:
        """One POST."""
        render = text.as_document if self._options.cloud else text.as_wiki
        body = render(remark.paragraphs, remark.link, _last_line(remark.key))
        with self.connected() as wire:
            wire.comment(ticket, body)

    def said(self, ticket: str, remark_key: str) -> bool:
        """Whether one of our own latest comments ends in that key. Comments are read without the index's delay."""
        last = _last_line(remark_key)
        ours = last if self._options.cloud else text.escape_wiki(last)
        with self.connected() as wire:
            me = _me(wire)
            return any(_is_by(each, me) and _ends_in(each.get("body"), ours) for each in wire.comments(ticket))

    def move(self, ticket: str, wanted: Sequence[Category]) -> Category | None:
        """By what a status comes to, never by its name; hops over statuses that are underway where it has to."""
        seen: set[str] = set()
        with self.connected() as wire:
            for _ in range(_HOPS):
                status = (wire.standing(ticket).get("fields") or {}).get("status") or {}
                now = category_of(status)
                seen.add(str(status.get("id")))
                way = None if now in wanted else _way(wire.ways(ticket), wanted, seen)
                if way is None:
                    return now
                wire.go(ticket, str(way["id"]), _answers(way) or {})
            return category_of((wire.standing(ticket).get("fields") or {}).get("status"))

    def assign(self, ticket: str, person: TrackerPerson | None) -> TrackerPerson | None:
        """Looked up by e-mail where the id is not known. Setting the same assignee again changes nothing."""
        with self.connected() as wire:
            known = person if person is None or person.id else found_by_email(wire.people(person.email), person.email)
            if person is None or known is not None:
                wire.assign(ticket, known.id if known else None)
        return known

    def set_due(self, ticket: str, due: date | None) -> None:
        """Jira's due date is a day."""
        with self.connected() as wire:
            wire.edit(ticket, {"duedate": due.isoformat() if due else None})


def _me(wire: Wire) -> str:
    myself = person_of(wire.myself())
    if myself is None:
        raise NeedsHuman("Jira does not say which account the token belongs to")
    return myself.id


def _or_gone(wire: Wire, ticket: str) -> Mapping[str, Any] | None:
    from connectors.trackers.jira.asking import is_gone

    try:
        return wire.standing(ticket)
    except NeedsHuman as failure:
        if is_gone(failure):
            return None
        raise


def _last_line(key: str) -> str:
    return f"Suture {key}"


def _is_by(comment: Mapping[str, Any], me: str) -> bool:
    author = person_of(comment.get("author"))
    return author is not None and author.id == me


def _ends_in(body: Any, last: str) -> bool:
    """Whether the last paragraph is that line: what stands above it may have come from outside."""
    if isinstance(body, str):
        return body.replace("\r\n", "\n").rstrip().split("\n")[-1].strip() == last
    content = body.get("content") if isinstance(body, Mapping) else None
    inner = content[-1].get("content") if content else None
    return "".join(str(node.get("text", "\n")) for node in inner or ()) == last


def _way(ways: Sequence[Mapping[str, Any]], wanted: Sequence[Category], seen: set[str]) -> Mapping[str, Any] | None:
    """The transition to take: straight into the dearest category, else on to a status underway not yet seen."""
    open_ways = [way for way in ways if _answers(way) is not None and str((way.get("to") or {}).get("id")) not in seen]
    for category in (*wanted, Category.UNDERWAY):
        found = next((way for way in open_ways if category_of(way.get("to")) is category), None)
        if found is not None:
            return found
    return None


def _answers(way: Mapping[str, Any]) -> dict[str, Any] | None:
    """What its screen must be told; None when that is something only a person knows. A resolution is Jira's first."""
    answers: dict[str, Any] = {}
    for name, field in (way.get("fields") or {}).items():
        if not field.get("required") or field.get("hasDefaultValue"):
            continue
        allowed = field.get("allowedValues") or []
        if name != "resolution" or not allowed:
            return None
        answers[name] = {"id": str(allowed[0].get("id"))}
    return answers
