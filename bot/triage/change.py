"""What a reported finding means beside what we already know of it: as it comes in, and when it is read once more."""

from __future__ import annotations

from bot.model.case import FindingState
from bot.store.findings import Told
from bot.triage.batch import Change, Item, Known, Reason
from connectors.contract.finding import Status

# What a status that asks nobody is stored as.
QUIET_STATUS: dict[Status, tuple[FindingState, Reason]] = {
    Status.RESOLVED: (FindingState.RESOLVED, Reason.RESOLVED),
    Status.PASSED: (FindingState.SUPPRESSED, Reason.PASSED),
    Status.SUPPRESSED: (FindingState.SUPPRESSED, Reason.SUPPRESSED),
    Status.ARCHIVED: (FindingState.SUPPRESSED, Reason.ARCHIVED),
    Status.SAMPLE: (FindingState.SUPPRESSED, Reason.SAMPLE),
    Status.UNCHECKED: (FindingState.SUPPRESSED, Reason.UNCHECKED),
    Status.ELSEWHERE: (FindingState.SUPPRESSED, Reason.ELSEWHERE),
}


def change_of(item: Item, known: Known | None) -> Change:
    """What it means beside what is known."""
    if known is None:
        return Change.NEW
    if item.finding.observed_at is not None and item.observed_at < known.observed_at:
        return Change.STALE
    if item.finding.status is Status.UNCHECKED:
        return Change.UNCHECKED
    is_open = item.finding.status is Status.OPEN
    if known.state is FindingState.MITIGATED:
        # A scanner's "resolved" confirms what we did; it does not close. Its "open" is verified, not believed.
        return Change.SEEN_AGAIN if is_open else Change.REPEATED
    if is_open and known.state is not FindingState.OPEN:
        return Change.REOPENED
    if not is_open and known.state is FindingState.OPEN:
        return Change.CLOSED
    return Change.REPEATED if known.content_hash == item.content_hash else Change.CHANGED


def reread_change(item: Item, known: Known | None, told: Told) -> Change:
    """The same for a finding of a stored delivery that is read again; ``told`` is who told of it last.

    What a later delivery said stands, and so does what people and runs have made of it since."""
    if known is None:
        return Change.NEW
    if told.delivery != item.delivery and (item.observed_at < known.observed_at or item.received_at < told.at):
        return Change.STALE
    if known.content_hash == item.content_hash:
        return Change.REPEATED
    if told.status is not item.finding.status:
        return change_of(item, known)
    return Change.CHANGED if known.state is _state_of(told.status) else Change.STALE


def _state_of(status: Status) -> FindingState:
    return FindingState.OPEN if status is Status.OPEN else QUIET_STATUS[status][0]
