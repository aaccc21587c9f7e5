"""The same tracker against a Data Center that others wrote: jira820, where it is installed (no cases elsewhere)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from importlib.util import find_spec

import pytest

from connectors.contract.ticket import Category, Remark, TicketDraft, TrackerPerson
from connectors.trackers.jira import JiraOptions, JiraTracker
from connectors.trackers.jira.wire import opened

INSTALLED = [name for name in ("jira820",) if find_spec(name)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + 20
    while time.monotonic() < limit and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("jira820 did not open its port")


@pytest.fixture(scope="module")
def options() -> Iterator[JiraOptions]:
    port = _free_port()
    environment = {**os.environ, "JIRA820_PORT": str(port), "JIRA820_PROJECT_KEY": "PAY"}
    command = [sys.executable, "-m", INSTALLED[0]]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_open(port, process)
        yield JiraOptions(url=f"http://127.0.0.1:{port}", personal_access_token="not-looked-at")
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("server", INSTALLED)
def test_a_ticket_is_made_and_found_again(server: str, options: JiraOptions, draft: TicketDraft) -> None:
    tracker = JiraTracker(options)
    assert tracker.find(draft.key, "PAY") is None
    made = tracker.create(replace(draft, issue_type="Bug"))
    assert made.url == f"{options.url}/browse/{made.key}"
    assert tracker.find(draft.key, "PAY") == made
    assert tracker.find("S-13", "PAY") is None


@pytest.mark.parametrize("server", INSTALLED)
def test_its_issue_says_what_the_draft_says(server: str, options: JiraOptions, draft: TicketDraft) -> None:
    made = JiraTracker(options).create(replace(draft, key="S-20", issue_type="Bug"))
    with opened(options) as wire:
        fields = wire._client.issue(made.key).raw["fields"]
    assert fields["summary"] == draft.summary
    assert fields["labels"] == ["security", "suture-S-20"]
    assert fields["priority"]["name"] == "High"
    assert fields["description"].endswith("[The live case in Suture|https://suture.example.com/cases/S-12]")


@pytest.mark.parametrize("server", INSTALLED)
def test_it_takes_our_comments_and_shows_them_again(server: str, options: JiraOptions, draft: TicketDraft) -> None:
    tracker = JiraTracker(options)
    made = tracker.create(replace(draft, key="S-21", issue_type="Bug"))
    tracker.say(made.key, Remark("S-21/4", ("Ana Sousa: *started* the fix.",)))
    assert tracker.said(made.key, "S-21/4")
    assert not tracker.said(made.key, "S-21/5")


@pytest.mark.parametrize("server", INSTALLED)
def test_its_statuses_are_moved_by_category(server: str, options: JiraOptions, draft: TicketDraft) -> None:
    tracker = JiraTracker(options)
    made = tracker.create(replace(draft, key="S-22", issue_type="Bug"))
    assert tracker.move(made.key, (Category.UNDERWAY,)) is Category.UNDERWAY
    assert tracker.move(made.key, (Category.NEW, Category.UNDERWAY)) is Category.UNDERWAY
    assert tracker.move(made.key, (Category.NEW,)) is Category.NEW
    # Its screen for "done" wants hours worked, which we do not make up.
    assert tracker.move(made.key, (Category.DONE,)) is not Category.DONE


@pytest.mark.parametrize("server", INSTALLED)
def test_its_assignee_due_date_and_deletion_are_read(server: str, options: JiraOptions, draft: TicketDraft) -> None:
    tracker = JiraTracker(options)
    made = tracker.create(replace(draft, key="S-23", issue_type="Bug"))
    tracker.assign(made.key, TrackerPerson(id=tracker.me()))
    tracker.set_due(made.key, date(2026, 12, 1))
    now = tracker.read(made.key)
    assert now is not None
    assert now.assignee is not None
    assert (now.category, now.assignee.id, now.due) == (Category.NEW, tracker.me(), date(2026, 12, 1))

    delete = urllib.request.Request(f"{options.url}/rest/api/2/issue/{made.key}", method="DELETE")
    urllib.request.urlopen(delete, timeout=5).close()
    assert tracker.read(made.key) is None
