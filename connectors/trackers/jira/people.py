"""Jira's people in our words: Cloud knows account ids, Data Center user names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from connectors.contract.ticket import Category, TrackerPerson
from connectors.text import one_line


def person_of(value: Any) -> TrackerPerson | None:
    """Somebody as Jira writes them; None for nobody, and for whoever has no id."""
    if not isinstance(value, Mapping):
        return None
    known = value.get("accountId") or value.get("name") or value.get("key")
    if not isinstance(known, str) or not known:
        return None
    name = one_line(str(value.get("displayName") or ""), 80)
    return TrackerPerson(id=known, name=name, email=str(value.get("emailAddress") or "").lower())


def found_by_email(found: Iterable[Mapping[str, Any]], email: str) -> TrackerPerson | None:
    """The one active person with that address. Where Jira hides addresses, its only answer to that address."""
    people = [person for each in found if each.get("active", True) and (person := person_of(each)) is not None]
    exact = [person for person in people if person.email == email.lower()]
    hidden = [person for person in people if not person.email] if len(people) == 1 else []
    matching = exact or hidden
    return matching[0] if len(matching) == 1 else None


def category_of(status: Any) -> Category | None:
    """What a status comes to; None for Jira's fourth, "undefined"."""
    key = (status.get("statusCategory") or {}).get("key") if isinstance(status, Mapping) else None
    return Category(key) if key in {each.value for each in Category} else None


def day_of(value: Any) -> date | None:
    """A due date; None for none, and for what is none."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
