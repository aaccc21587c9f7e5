"""Every way in which Jira can fail us, over the wire: what we make of it, and that one create is one POST."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.ticket import TicketDraft
from connectors.trackers.jira import JiraOptions, JiraTracker, create_once
from tests.connectors.trackers.conftest import tracker_for
from tests.fakes.jira import FakeJira

NOT_ACCEPTED: list[dict[str, Any]] = [
    {"status": 429, "headers": {"Retry-After": "7", "RateLimit-Reason": "jira-burst-based"}},
    {"status": 503, "headers": {"Retry-After": "7"}},
]
MAYBE_ACCEPTED: list[dict[str, Any]] = [
    {"kind": "lose_answer"},
    {"kind": "cut_answer"},
    {"kind": "answer_after", "status": 500},
    {"kind": "answer_after", "status": 503},
    {"kind": "answer_after", "status": 504},
    {"kind": "answer_after", "status": 201, "body": {"unexpected": True}},
]


@pytest.mark.parametrize("answer", NOT_ACCEPTED)
def test_told_to_wait_is_retriable_after_one_post(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft, answer: dict[str, Any]
) -> None:
    jira.fault("create", "answer", times=9, **answer)
    started = time.monotonic()
    with pytest.raises(Retriable, match="asks us to wait") as told:
        tracker.create(draft)
    assert told.value.after == 7
    assert ("jira-burst-based" in str(told.value)) == ("RateLimit-Reason" in answer["headers"])
    assert len(jira.calls("create")) == 1
    assert time.monotonic() - started < 3  # the package alone would sleep here


def test_a_retry_after_date_is_read_against_jiras_own_clock(jira: FakeJira, tracker: JiraTracker) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    jira.fault("search", "answer", status=429, headers={"Retry-After": later})
    with pytest.raises(Retriable) as told:
        tracker.find("S-12", "PAY")
    assert told.value.after is not None
    assert 50 < told.value.after <= 61


@pytest.mark.parametrize("fault", MAYBE_ACCEPTED)
def test_a_lost_answer_is_ambiguous_after_one_post(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft, fault: dict[str, Any]
) -> None:
    jira.fault("create", times=9, **fault)
    with pytest.raises(Ambiguous):
        tracker.create(draft)
    assert len(jira.calls("create")) == 1
    found = tracker.find("S-12", "PAY")
    assert found is not None
    assert found.key == "PAY-1"


def test_a_connection_dropped_before_the_answer_is_ambiguous(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft
) -> None:
    jira.fault("create", "drop", times=9)
    with pytest.raises(Ambiguous, match="the answer was lost"):
        tracker.create(draft)
    assert len(jira.calls("create")) == 1
    assert jira.issues() == []


def test_a_slow_create_is_ambiguous_and_a_slow_search_is_retriable(jira: FakeJira, draft: TicketDraft) -> None:
    hasty = tracker_for(jira, timeout=0.3)
    jira.fault("create", "slow", seconds=0.6)
    with pytest.raises(Ambiguous):
        hasty.create(draft)
    jira.fault("search", "slow", seconds=0.6)
    with pytest.raises(Retriable):
        hasty.find("S-12", "PAY")


def test_what_fails_before_the_post_is_retriable(jira: FakeJira, tracker: JiraTracker, draft: TicketDraft) -> None:
    jira.fault("server_info", "lose_answer")
    with pytest.raises(Retriable):
        tracker.create(draft)
    assert jira.calls("create") == []


def test_nobody_listening_is_retriable(draft: TicketDraft) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Retriable, match="cannot be reached"):
            JiraTracker(JiraOptions(url=url, personal_access_token="t")).create(draft)


def test_refused_on_a_known_jira_is_retriable(draft: TicketDraft) -> None:
    with FakeJira("datacenter") as jira:
        tracker = tracker_for(jira)
        assert tracker.find("S-12", "PAY") is None
    with pytest.raises(Retriable, match="creating the ticket of S-12 in Jira project PAY: Jira cannot be reached"):
        tracker.create(draft)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"project": "NOPE"}, "Jira has no project NOPE"),
    ({"issue_type": "Story"}, 'project PAY has no issue type "Story"; it has Bug, Task'),
    ({"priority": "P0"}, 'project PAY does not take priority "P0" for Task'),
    ({"fields": {"customfield_1": 1}}, "Field 'customfield_1' cannot be set"),
    ({"summary": " "}, "You must specify a summary"),
]


@pytest.mark.parametrize(("change", "said"), REFUSED)
def test_a_refused_field_is_named_for_a_person(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(NeedsHuman) as refused:
        tracker.create(replace(draft, **change))
    assert said in str(refused.value)
    assert jira.issues() == []


@pytest.mark.parametrize(
    ("status", "said"), [(401, "token"), (403, "Create Issues"), (404, "url and project"), (302, "final address")]
)
def test_what_a_person_must_change_is_said(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft, status: int, said: str
) -> None:
    jira.fault("create", "answer", status=status, headers={"Location": "/login"})
    with pytest.raises(NeedsHuman, match=said):
        tracker.create(draft)
    assert len(jira.calls("create")) == 1


def test_a_wrong_token_is_refused_and_never_repeated_in_words(jira: FakeJira, draft: TicketDraft) -> None:
    right = tracker_for(jira)._options
    secret = {"api_token": "hunter-2-secret"} if right.cloud else {"personal_access_token": "hunter-2-secret"}
    options = replace(right, **secret)
    assert "hunter" not in repr(options)
    with pytest.raises(NeedsHuman, match="does not accept the token"):
        JiraTracker(options).create(draft)
    jira.fault("create", "answer", status=400, body={"errorMessages": ["bad hunter-2-secret"], "errors": {}})
    with pytest.raises(NeedsHuman) as echoed:
        JiraTracker(options).create(draft)
    assert "hunter" not in str(echoed.value)
    assert echoed.value.__context__ is None or "hunter" not in repr(echoed.value.__context__)


def test_an_index_behind_is_waited_for_before_another_create(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft
) -> None:
    jira.index_lag(60)
    jira.fault("create", "answer_after", status=500)
    with pytest.raises(Ambiguous):
        create_once(tracker, draft, first_attempt=True, sure_none_after=False)
    with pytest.raises(Ambiguous, match="does not show yet"):
        create_once(tracker, draft, first_attempt=False, sure_none_after=False)
    jira.advance(tracker.settle)
    assert create_once(tracker, draft, first_attempt=False, sure_none_after=True).key == "PAY-1"
    assert len(jira.calls("create")) == 1


def test_a_create_that_never_happened_is_made_after_the_wait(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft
) -> None:
    jira.fault("create", "drop")
    with pytest.raises(Ambiguous):
        create_once(tracker, draft, first_attempt=True, sure_none_after=False)
    assert create_once(tracker, draft, first_attempt=False, sure_none_after=True).key == "PAY-1"
    assert len(jira.issues()) == 1
