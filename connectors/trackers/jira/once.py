"""One ticket per case, whatever fails in between: the order in which to look and to create."""

from __future__ import annotations

from connectors.contract.failure import Ambiguous
from connectors.contract.ticket import Ticket, TicketDraft, Tracker


def create_once(tracker: Tracker, draft: TicketDraft, *, first_attempt: bool, sure_none_after: bool) -> Ticket:
    """The ticket of ``draft.key``: the one that is there, or a new one. It keeps nothing; the caller keeps a row.

    The row says *wanted*, *creating* (since when) or *created*, and *creating* is on disk before this is called.

    - ``first_attempt``: no create was ever sent for this key (the row went from *wanted* to *creating* just now).
    - ``sure_none_after``: the last create was sent so long ago (``JiraOptions.settle``) that the search would show it.

    Always looks first. Raises Ambiguous when an earlier create may still come to light: call again later. Otherwise
    what the tracker raises; after its Ambiguous the row stays *creating* with the time of this call, and after its
    Retriable from a create it goes back to what it was.
    """
    there = tracker.find(draft.key, draft.project)
    if there is not None:
        return there
    if not first_attempt and not sure_none_after:
        raise Ambiguous(f"a ticket for {draft.key} may have been created and does not show yet; looking again later")
    return tracker.create(draft)
