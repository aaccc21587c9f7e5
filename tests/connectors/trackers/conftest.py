"""Both Jiras, each one process for all tests of a file, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.contract.ticket import TicketDraft
from connectors.trackers.jira import JiraOptions, JiraTracker
from tests.fakes.jira import FakeJira


def tracker_for(jira: FakeJira, *, timeout: float = 5.0) -> JiraTracker:
    if jira.deployment == "cloud":
        options = JiraOptions(url=jira.url, email=jira.email, api_token=jira.api_token, timeout=timeout)
    else:
        options = JiraOptions(url=jira.url, personal_access_token=jira.personal_access_token, timeout=timeout)
    return JiraTracker(options)


@pytest.fixture(scope="module")
def both() -> Iterator[dict[str, FakeJira]]:
    with FakeJira("cloud") as cloud, FakeJira("datacenter") as datacenter:
        yield {"cloud": cloud, "datacenter": datacenter}


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest, both: dict[str, FakeJira]) -> FakeJira:
    both[request.param].reset()
    return both[request.param]


@pytest.fixture
def tracker(jira: FakeJira) -> JiraTracker:
    return tracker_for(jira)


@pytest.fixture
def draft() -> TicketDraft:
    return TicketDraft(
        key="S-12",
        project="PAY",
        issue_type="Task",
        summary="SSH open to the world on sg-12",
        paragraphs=("What can happen: anyone may try passwords.", "Seen by\nProwler"),
        link="https://suture.example.com/cases/S-12",
        priority="High",
        labels=("security",),
    )
