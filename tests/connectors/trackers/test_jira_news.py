"""What Jira's webhook tells, from what the fake sends and from shapes that are none."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.contract.failure import NotThisFormat, Refused
from connectors.contract.source import Incoming, SourceOptions
from connectors.contract.ticket import Changed, TicketDraft, TicketNews
from connectors.trackers.jira import JiraTracker
from tests.fakes.jira import FakeJira
from tests.fakes.mailbox import Mailbox

BEN = "ben@example.com"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SECRETS = SourceOptions(secrets=("the-new-secret", "the-old-secret"))


async def test_each_kind_of_change_is_told_with_who_did_it(
    jira: FakeJira, tracker: JiraTracker, draft: TicketDraft
) -> None:
    jira.person(BEN, "Ben Okoro")
    made = tracker.create(draft)
    with Mailbox() as box:
        jira.webhook(box.url, "the-old-secret")
        jira.move(made.key, "Done", by=BEN)
        jira.assign(made.key, BEN, by=BEN)
        jira.set_due(made.key, "2026-12-01", by=BEN)
        jira.comment(made.key, "plain", by=BEN)
        jira.delete(made.key, by=BEN)
        box.wait_for(5)

    told: list[TicketNews | None] = []
    for headers, body in box.got:
        await tracker.verifier(Incoming("POST", headers, {}, body), SECRETS, NOW, None)  # type: ignore[arg-type]
        told.append(tracker.news(headers, body))

    kinds = [set(each.changed) if each else None for each in told]
    assert kinds == [{Changed.STATUS}, {Changed.ASSIGNEE}, {Changed.DUE}, None, {Changed.GONE}]
    first = told[0]
    assert first is not None
    assert first.by is not None
    assert (first.ticket, first.number, first.by.name) == (made.key, made.number, "Ben Okoro")
    # On Data Center anybody may write any address into their own profile.
    assert first.by.email == (BEN if jira.deployment == "cloud" else "")
    assert first.id == box.got[0][0]["x-atlassian-webhook-identifier"]


def signed(body: bytes, secret: str, header: str = "x-hub-signature") -> Incoming:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Incoming("POST", {header: f"sha256={digest}"}, {}, body)


async def test_two_secrets_are_live_and_no_other(tracker: JiraTracker) -> None:
    for secret in ("the-new-secret", "the-old-secret"):
        await tracker.verifier(signed(b"{}", secret), SECRETS, NOW, None)  # type: ignore[arg-type]
    wrong = signed(b"{}", "another-secret"), signed(b"{}", "the-new-secret", "x-hub-signature-256")
    for incoming in (*wrong, Incoming("POST", {"x-hub-signature": "sha256="}, {}, b"{}")):
        with pytest.raises(Refused):
            await tracker.verifier(incoming, SECRETS, NOW, None)  # type: ignore[arg-type]


STATUS = {"items": [{"field": "status"}]}
NO_NEWS: list[Any] = [
    [],
    {},
    {"issue": {}},
    {"issue": {"key": "PAY-1"}},
    {"issue": {"key": "PAY-1"}, "changelog": {"items": [{"field": "description"}]}},
    {"issue": {"key": 7}, "changelog": STATUS},
    {"issue": "PAY-1", "changelog": STATUS},
    {"issue": {"key": "PAY-1"}, "changelog": {"items": ["status"]}},
    {"issue": {"key": "PAY-1"}, "changelog": "status"},
]


@pytest.mark.parametrize("body", NO_NEWS, ids=json.dumps)
def test_what_tells_nothing_of_ours_is_no_news(tracker: JiraTracker, body: Any) -> None:
    assert tracker.news({}, json.dumps(body).encode()) is None


def test_without_an_identifier_the_body_is_its_own(tracker: JiraTracker) -> None:
    body = json.dumps({"issue": {"key": "PAY-1"}, "changelog": STATUS, "user": "ben"}).encode()
    first, again = tracker.news({}, body), tracker.news({}, body)
    assert first is not None
    assert first == again
    assert first.by is None


def test_what_is_not_json_is_refused(tracker: JiraTracker) -> None:
    with pytest.raises(NotThisFormat):
        tracker.news({}, b"status=done")
