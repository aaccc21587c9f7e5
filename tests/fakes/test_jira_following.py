"""The fake Jira after the create: what it shows and refuses, and what its webhook tells of whom."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

import httpx2
import pytest

from tests.fakes.jira import FakeJira
from tests.fakes.mailbox import Mailbox
from tests.fakes.test_jira import DOCUMENT, client, fields

BEN = "ben@example.com"


@pytest.fixture(scope="module")
def started() -> Iterator[dict[str, FakeJira]]:
    with FakeJira("cloud") as cloud, FakeJira("datacenter") as datacenter:
        yield {"cloud": cloud, "datacenter": datacenter}


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest, started: dict[str, FakeJira]) -> FakeJira:
    fake = started[request.param]
    fake.reset()
    fake.person(BEN, "Ben Okoro")
    return fake


@pytest.fixture
def http(jira: FakeJira) -> Iterator[httpx2.Client]:
    with client(jira) as made:
        text = {} if jira.deployment == "cloud" else {"description": "plain"}
        made.post("/issue", json=fields(**text)).raise_for_status()
        yield made


def test_a_comment_has_the_format_of_its_jira(jira: FakeJira, http: httpx2.Client) -> None:
    right, wrong = (DOCUMENT, "plain") if jira.deployment == "cloud" else ("plain", DOCUMENT)
    assert http.post("/issue/PAY-1/comment", json={"body": right}).status_code == 201
    assert http.post("/issue/PAY-1/comment", json={"body": wrong}).status_code == 400
    assert http.post("/issue/PAY-9/comment", json={"body": right}).status_code == 404
    [said] = http.get("/issue/PAY-1/comment").json()["comments"]
    assert said["body"] == right
    assert said["author"]["displayName"] == "Suture"


def test_the_latest_comments_come_first_when_asked_for(jira: FakeJira, http: httpx2.Client) -> None:
    for number in range(3):
        jira.comment("PAY-1", str(number), by=BEN)
    page = http.get("/issue/PAY-1/comment", params={"orderBy": "-created", "maxResults": 2}).json()
    assert ([each["body"] for each in page["comments"]], page["total"]) == (["2", "1"], 3)


def test_only_the_workflows_ways_are_open_and_screens_ask(jira: FakeJira, http: httpx2.Client) -> None:
    screen = {"resolution": {"required": True, "allowedValues": [{"id": "1", "name": "Done"}]}}
    jira.project("PAY", ways={"To Do": ["Done"], "In Progress": [], "Done": []}, screens={"Done": screen})
    [way] = http.get("/issue/PAY-1/transitions", params={"expand": "transitions.fields"}).json()["transitions"]
    assert (way["to"]["statusCategory"]["key"], way["fields"]) == ("done", screen)
    assert "fields" not in http.get("/issue/PAY-1/transitions").json()["transitions"][0]

    for body in ({"transition": {"id": "99"}}, {"transition": {"id": way["id"]}}):
        assert http.post("/issue/PAY-1/transitions", json=body).status_code == 400
    whole = {"transition": {"id": way["id"]}, "fields": {"resolution": {"id": "1"}}}
    assert http.post("/issue/PAY-1/transitions", json=whole).status_code == 204
    assert http.get("/issue/PAY-1").json()["fields"]["status"]["name"] == "Done"


def test_people_are_called_as_their_jira_calls_them(jira: FakeJira, http: httpx2.Client) -> None:
    cloud = jira.deployment == "cloud"
    [ben] = http.get("/user/search", params={"query" if cloud else "username": BEN}).json()
    known = {"accountId": ben["accountId"]} if cloud else {"name": ben["name"]}
    assert http.put("/issue/PAY-1/assignee", json=known).status_code == 204
    assert http.get("/issue/PAY-1").json()["fields"]["assignee"]["emailAddress"] == BEN
    assert http.put("/issue/PAY-1/assignee", json=dict.fromkeys(known, "nobody")).status_code == 400
    jira.hide_emails()
    assert "emailAddress" not in http.get("/issue/PAY-1").json()["fields"]["assignee"]


def test_a_field_that_is_on_no_screen_is_refused(jira: FakeJira, http: httpx2.Client) -> None:
    assert http.put("/issue/PAY-1", json={"fields": {"duedate": "2026-12-01"}}).status_code == 204
    assert list(http.put("/issue/PAY-1", json={"fields": {"summary": "x"}}).json()["errors"]) == ["summary"]
    jira.project("PAY", no_due_date=True)
    assert list(http.put("/issue/PAY-1", json={"fields": {"duedate": None}}).json()["errors"]) == ["duedate"]


def test_keys_of_deleted_issues_are_not_given_again(jira: FakeJira, http: httpx2.Client) -> None:
    jira.delete("PAY-1", by=BEN)
    assert http.get("/issue/PAY-1").status_code == 404
    jira.add_issue({"project": {"key": "PAY"}, "summary": "the next"})
    assert [issue["key"] for issue in jira.issues()] == ["PAY-2"]


def test_a_persons_move_must_be_a_way_too(jira: FakeJira, http: httpx2.Client) -> None:
    jira.project("PAY", ways={"To Do": [], "In Progress": [], "Done": []})
    with pytest.raises(httpx2.HTTPStatusError):
        jira.move("PAY-1", "Done", by=BEN)


def test_every_change_is_posted_signed_and_again_with_the_same_identifier(jira: FakeJira, http: httpx2.Client) -> None:
    with Mailbox() as box:
        jira.webhook(box.url, "a-secret")
        jira.move("PAY-1", "Done", by=BEN)
        http.put("/issue/PAY-1", json={"fields": {"duedate": "2026-12-01"}})
        jira.redeliver()
        box.wait_for(4)
        got = box.got

    for headers, body in got:
        signature = hmac.new(b"a-secret", body, hashlib.sha256).hexdigest()
        assert headers["x-hub-signature"] == f"sha256={signature}"
    first, second = json.loads(got[0][1]), json.loads(got[1][1])
    assert (first["user"]["displayName"], second["user"]["displayName"]) == ("Ben Okoro", "Suture")
    assert first["issue"]["fields"]["status"]["statusCategory"]["key"] == "done"
    assert [item["field"] for item in second["changelog"]["items"]] == ["duedate"]
    identifiers = [headers["x-atlassian-webhook-identifier"] for headers, _ in got]
    assert identifiers[2:] == identifiers[:2]
    assert identifiers[0] != identifiers[1]
