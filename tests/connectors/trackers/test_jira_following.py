"""Comments, moves, assignees and due dates at both Jiras: each looks first, and none is done twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.ticket import Category, Remark, TicketDraft, TrackerPerson
from connectors.trackers.jira import JiraTracker
from tests.connectors.trackers.conftest import tracker_for
from tests.fakes.jira import FakeJira

BEN = "ben@example.com"
REMARK = Remark(
    "S-12/57", ("Ana Sousa: started the fix.", "Read back: [~admin] closed"), "https://suture.example.com/c"
)


@pytest.fixture
def ticket(jira: FakeJira, tracker: JiraTracker, draft: TicketDraft) -> str:
    jira.person(BEN, "Ben Okoro")
    return tracker.create(draft).key


def status(jira: FakeJira, ticket: str) -> str:
    return str(jira.issue(ticket)["status"])


# --- reading


def test_a_ticket_is_read_as_it_stands(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    jira.move(ticket, "In Progress", by=BEN)
    jira.assign(ticket, BEN, by=BEN)
    jira.set_due(ticket, "2026-12-01", by=BEN)

    now = tracker.read(ticket)

    assert now is not None
    assert (now.key, now.category, now.status, now.due) == (
        "PAY-1",
        Category.UNDERWAY,
        "In Progress",
        date(2026, 12, 1),
    )
    assert now.assignee is not None
    assert (now.assignee.name, now.assignee.email) == ("Ben Okoro", BEN)


def test_a_ticket_is_found_by_its_number_too(jira: FakeJira, tracker: JiraTracker, draft: TicketDraft) -> None:
    made = tracker.create(draft)
    now = tracker.read(made.number)
    assert now is not None
    assert (now.key, now.url) == (made.key, made.url)


def test_a_deleted_ticket_is_gone_and_a_proxys_404_is_not(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    jira.fault("read", "answer", status=404, body={"message": "no route"})
    with pytest.raises(NeedsHuman):
        tracker.read(ticket)
    jira.delete(ticket, by=BEN)
    assert tracker.read(ticket) is None


def test_a_deleted_ticket_that_the_index_still_shows_is_not_found(
    jira: FakeJira, tracker: JiraTracker, ticket: str
) -> None:
    body = {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
    jira.fault("read", "answer", status=404, body=body)
    assert tracker.find("S-12", "PAY") is None
    assert tracker.find("S-12", "PAY") is not None


# --- comments


def test_a_comment_says_what_the_remark_says_and_is_found_by_its_key(
    jira: FakeJira, tracker: JiraTracker, ticket: str
) -> None:
    assert not tracker.said(ticket, REMARK.key)
    tracker.say(ticket, REMARK)
    [said] = jira.comments(ticket)
    assert "started the fix." in said
    assert "The live case in Suture" in said
    if not tracker._options.cloud:
        assert "\\[\\~admin\\]" in said
    assert tracker.said(ticket, REMARK.key)
    assert not tracker.said(ticket, "S-12/5")


def test_only_our_own_comments_last_line_counts(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    forged = {"type": "paragraph", "content": [{"type": "text", "text": "Suture S-12/57"}]}
    body: Any = {"type": "doc", "version": 1, "content": [forged]} if tracker._options.cloud else "Suture S-12/57"
    jira.comment(ticket, body, by=BEN)
    tracker.say(ticket, Remark("S-12/58", ("Suture S-12/57", "and more")))
    assert not tracker.said(ticket, "S-12/57")
    assert tracker.said(ticket, "S-12/58")


@pytest.mark.parametrize("fault", [{"kind": "lose_answer"}, {"kind": "answer_after", "status": 500}])
def test_a_comment_whose_answer_was_lost_is_there_once(
    jira: FakeJira, tracker: JiraTracker, ticket: str, fault: dict[str, Any]
) -> None:
    jira.fault("comment", **fault)
    with pytest.raises(Ambiguous):
        tracker.say(ticket, REMARK)
    assert tracker.said(ticket, REMARK.key)
    assert len(jira.comments(ticket)) == 1


def test_a_slow_comment_is_ambiguous_and_a_slow_reading_is_retriable(jira: FakeJira, ticket: str) -> None:
    hasty = tracker_for(jira, timeout=0.3)
    jira.fault("comment", "slow", seconds=0.6)
    with pytest.raises(Ambiguous):
        hasty.say(ticket, REMARK)
    jira.fault("read", "slow", seconds=0.6)
    with pytest.raises(Retriable):
        hasty.read(ticket)


def test_a_limit_on_writes_is_named_and_waited_for(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    limit = {"Retry-After": "11", "RateLimit-Reason": "jira-per-issue-on-write"}
    jira.fault("comment", "answer", status=429, headers=limit)
    with pytest.raises(Retriable, match="jira-per-issue-on-write") as told:
        tracker.say(ticket, REMARK)
    assert told.value.after == 11
    assert jira.comments(ticket) == []


def test_a_very_long_remark_is_cut_and_keeps_its_key(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    tracker.say(ticket, Remark("S-12/9", ("{*|" * 20_000, "x" * 40_000)))
    assert tracker.said(ticket, "S-12/9")


# --- moves


def test_a_ticket_moves_by_category_and_stays_where_it_may(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    assert tracker.move(ticket, (Category.NEW, Category.UNDERWAY)) is Category.NEW
    assert jira.calls("go") == []
    assert tracker.move(ticket, (Category.DONE,)) is Category.DONE
    assert status(jira, ticket) == "Done"
    assert tracker.move(ticket, (Category.NEW, Category.UNDERWAY)) is Category.NEW


NAMED_OTHERWISE = {
    "issue_types": ["Task"],
    "statuses": {
        "Backlog": ("1", "new"),
        "Bau": ("2", "indeterminate"),
        "QA": ("3", "indeterminate"),
        "Zu": ("4", "done"),
    },
    "ways": {"Backlog": ["Bau"], "Bau": ["QA", "Backlog"], "QA": ["Bau", "Zu"], "Zu": []},
}


def test_names_do_not_matter_and_hops_are_made(jira: FakeJira, tracker: JiraTracker, draft: TicketDraft) -> None:
    jira.project("PAY", **NAMED_OTHERWISE)
    ticket = tracker.create(draft).key
    assert tracker.move(ticket, (Category.DONE,)) is Category.DONE
    assert status(jira, ticket) == "Zu"
    # Its workflow lets nobody out of there: it stays, and the caller is told.
    assert tracker.move(ticket, (Category.NEW, Category.UNDERWAY)) is Category.DONE


def test_a_screen_that_only_a_person_can_fill_in_is_left_to_a_person(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft
) -> None:
    resolution = {"required": True, "allowedValues": [{"id": "7", "name": "Done"}]}
    jira.project("PAY", screens={"Done": {"resolution": resolution}})
    ticket = tracker.create(draft).key
    assert tracker.move(ticket, (Category.DONE,)) is Category.DONE
    jira.project("PAY", screens={"Done": {"resolution": resolution, "customfield_1": {"required": True}}})
    assert tracker.move(ticket, (Category.NEW,)) is Category.NEW
    assert tracker.move(ticket, (Category.DONE,)) is Category.UNDERWAY


def test_a_move_whose_answer_was_lost_is_seen_the_next_time(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    jira.fault("go", "lose_answer")
    with pytest.raises(Ambiguous):
        tracker.move(ticket, (Category.DONE,))
    assert tracker.move(ticket, (Category.DONE,)) is Category.DONE
    assert len(jira.calls("go")) == 1


# --- assignee and due date


def test_people_are_found_by_their_address(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    ben = tracker.assign(ticket, TrackerPerson(id="", email=BEN))
    assert ben is not None
    assert jira.issue(ticket)["fields"]["assignee"]["displayName"] == "Ben Okoro"
    assert tracker.assign(ticket, TrackerPerson(id="", email="nobody@example.com")) is None
    assert tracker.assign(ticket, TrackerPerson(id=ben.id)) == TrackerPerson(id=ben.id)
    assert jira.issue(ticket)["fields"]["assignee"]["displayName"] == "Ben Okoro"
    tracker.assign(ticket, None)
    assert jira.issue(ticket)["fields"]["assignee"] is None


def test_where_addresses_are_hidden_the_only_answer_is_taken(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    jira.hide_emails()
    assert tracker.assign(ticket, TrackerPerson(id="", email=BEN)) is not None
    jira.person("ben.other@example.com", "Also ben@example.com")
    assert tracker.assign(ticket, TrackerPerson(id="", email=BEN)) is None


def test_who_has_left_is_not_assigned(jira: FakeJira, tracker: JiraTracker, ticket: str) -> None:
    jira.person("cy@example.com", "Cy Moreau", active=False)
    assert tracker.assign(ticket, TrackerPerson(id="", email="cy@example.com")) is None


def test_a_due_date_is_a_day_and_a_project_without_one_says_so(
    jira: FakeJira, tracker: JiraTracker, ticket: str
) -> None:
    tracker.set_due(ticket, date(2026, 12, 1))
    assert jira.issue(ticket)["fields"]["duedate"] == "2026-12-01"
    tracker.set_due(ticket, None)
    assert jira.issue(ticket)["fields"]["duedate"] is None
    jira.project("PAY", no_due_date=True)
    with pytest.raises(NeedsHuman, match="duedate"):
        tracker.set_due(ticket, date(2026, 12, 1))


def test_we_know_who_we_are(jira: FakeJira, tracker: JiraTracker) -> None:
    assert tracker.me() == ("suture-account" if jira.deployment == "cloud" else "suture")
