"""A ticket is created once, says what the draft says, and is found again by its key."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.contract.failure import NeedsHuman
from connectors.contract.ticket import Ticket, TicketDraft
from connectors.trackers.jira import JiraTracker
from tests.connectors.trackers.conftest import tracker_for
from tests.fakes.jira import FakeJira


def test_created_with_label_property_link_and_fields(jira: FakeJira, tracker: JiraTracker, draft: TicketDraft) -> None:
    jira.project("PAY", issue_types=["Task"], custom_fields=["customfield_10010"])
    ticket = tracker.create(replace(draft, fields={"customfield_10010": "payments", "summary": "never wins"}))
    assert ticket == Ticket("PAY-1", f"{jira.url}/browse/PAY-1", "10000")
    [issue] = jira.issues()
    assert issue["fields"]["summary"] == draft.summary
    assert issue["fields"]["labels"] == ["security", "suture-S-12"]
    assert issue["fields"]["priority"] == {"name": "High"}
    assert issue["fields"]["customfield_10010"] == "payments"
    assert issue["properties"] == {"suture.case": {"key": "S-12"}}
    assert issue["links"][draft.link]["object"] == {"url": draft.link, "title": "Suture case S-12"}


def test_nothing_is_sent_before_the_first_call(jira: FakeJira) -> None:
    tracker_for(jira)
    assert jira.calls() == []


def test_the_jira_package_is_imported_by_the_first_call_only() -> None:
    script = "import sys, connectors.trackers.jira; sys.exit('jira' in sys.modules or 'requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[3]).returncode == 0


def test_a_long_hostile_draft_is_still_accepted(jira: FakeJira, tracker: JiraTracker, draft: TicketDraft) -> None:
    hostile = ("{*|" * 20_000, "a\n" * 9_000, "x" * 40_000)
    tracker.create(replace(draft, summary="line\none\x00 " * 90, paragraphs=hostile, labels=("two words", "é" * 400)))
    [issue] = jira.issues()
    assert len(issue["fields"]["summary"]) == 250
    assert draft.link in str(issue["fields"]["description"])


def test_found_by_label_and_property(jira: FakeJira, tracker: JiraTracker, draft: TicketDraft) -> None:
    assert tracker.find("S-12", "PAY") is None
    made = tracker.create(draft)
    assert tracker.find("S-12", "PAY") == made
    assert tracker.find("s-12", "PAY") is None
    assert tracker.find("S-12", "OPS") is None


def test_a_key_can_not_become_a_clause(jira: FakeJira, tracker: JiraTracker, draft: TicketDraft) -> None:
    tracker.create(draft)
    assert tracker.find('x" OR project = "PAY', "PAY") is None
    with pytest.raises(NeedsHuman, match="does not exist for the field 'project'"):
        tracker.find("S-12", 'PAY" OR labels = "suture-S-12')


def _labelled(jira: FakeJira, case: str = "") -> str:
    fields = {"project": {"key": "PAY"}, "summary": "by hand", "labels": ["suture-S-12"]}
    return jira.add_issue(fields, {"suture.case": {"key": case}} if case else {})


def test_a_clone_without_our_property_does_not_win(jira: FakeJira, tracker: JiraTracker) -> None:
    _labelled(jira)
    confirmed = _labelled(jira, "S-12")
    assert tracker.find("S-12", "PAY") == Ticket(confirmed, f"{jira.url}/browse/{confirmed}", "10001")


def test_the_oldest_of_several_is_ours(jira: FakeJira, tracker: JiraTracker) -> None:
    first, _ = _labelled(jira, "S-12"), _labelled(jira, "S-12")
    found = tracker.find("S-12", "PAY")
    assert found is not None
    assert found.key == first


def test_without_any_property_the_label_counts(jira: FakeJira, tracker: JiraTracker) -> None:
    only = _labelled(jira)
    found = tracker.find("S-12", "PAY")
    assert found is not None
    assert found.key == only


def test_another_cases_property_rules_an_issue_out(jira: FakeJira, tracker: JiraTracker) -> None:
    _labelled(jira, "S-13")
    assert tracker.find("S-12", "PAY") is None


def test_a_ticket_whose_property_and_link_fail_is_still_a_ticket(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft
) -> None:
    jira.fault("property", "answer", status=403)
    jira.fault("link", "lose_answer")
    ticket = tracker.create(draft)
    assert tracker.find("S-12", "PAY") == ticket
    assert len(jira.calls("create")) == 1


def test_check_says_who_we_are_and_what_is_missing(jira: FakeJira, tracker: JiraTracker) -> None:
    assert tracker.check("PAY", "Task") == f"Jira at {jira.url} knows us as Suture; project PAY takes Task"
    with pytest.raises(NeedsHuman, match='has no issue type "Story"; it has Bug, Task'):
        tracker.check("PAY", "Story")
    with pytest.raises(NeedsHuman, match="NOPE"):
        tracker.check("NOPE", "Task")
    assert jira.issues() == []


def test_credentials_for_the_other_kind_of_jira_are_named(both: dict[str, FakeJira]) -> None:
    for jira, other, needed in (("cloud", "datacenter", "email and api_token"), ("datacenter", "cloud", "personal")):
        wrong = tracker_for(both[other])
        wrong = JiraTracker(replace(wrong._options, url=both[jira].url))
        with pytest.raises(NeedsHuman, match=needed):
            wrong.find("S-12", "PAY")
