"""Which of our people somebody in the tracker is: by the identity that config/teams.yaml gives, else by e-mail."""

from __future__ import annotations

from bot.model.person import People, Person
from connectors.contract.message import Identity
from connectors.contract.ticket import TrackerPerson

TRACKER = "jira"  # the platform of such an identity


def known_person(people: People, told: TrackerPerson | None) -> Person | None:
    """The person, or None: an address says who it is only of somebody whose identity there nobody wrote down."""
    if told is None:
        return None
    return people.of(Identity(TRACKER, told.id)) or people.by_email(told.email, TRACKER)


def as_tracker_person(person: Person) -> TrackerPerson | None:
    """How the tracker may know one of ours; None when it cannot."""
    known = person.on(TRACKER)
    return TrackerPerson(id=known, name=person.name, email=person.email) if known or person.email else None
