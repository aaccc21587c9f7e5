"""The fake Jira refuses what Jira refuses, in Jira's words, and its journal is on disk before anything happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.fakes.jira import FakeJira

DOCUMENT = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}]}


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jira") / "calls.jsonl"


@pytest.fixture(scope="module")
def started(journal: Path) -> Iterator[dict[str, FakeJira]]:
    with FakeJira("cloud", journal=journal) as cloud, FakeJira("datacenter") as datacenter:
        yield {"cloud": cloud, "datacenter": datacenter}


@pytest.fixture
def cloud(started: dict[str, FakeJira]) -> FakeJira:
    started["cloud"].reset()
    return started["cloud"]


@pytest.fixture
def datacenter(started: dict[str, FakeJira]) -> FakeJira:
    started["datacenter"].reset()
    return started["datacenter"]


def client(jira: FakeJira) -> httpx2.Client:
    if jira.deployment == "cloud":
        return httpx2.Client(base_url=f"{jira.url}/rest/api/3", auth=(jira.email, jira.api_token))
    bearer = {"Authorization": f"Bearer {jira.personal_access_token}"}
    return httpx2.Client(base_url=f"{jira.url}/rest/api/2", headers=bearer)


def fields(**other: Any) -> dict[str, Any]:
    given = {"project": {"key": "PAY"}, "issuetype": {"name": "Task"}, "summary": "s", "description": DOCUMENT}
    return {"fields": given | other}


def test_cloud_has_removed_the_old_search(cloud: FakeJira) -> None:
    with client(cloud) as http:
        gone = http.get("/search", params={"jql": "project = PAY"})
    assert gone.status_code == 410
    assert gone.json()["errors"] == {}
    assert "/rest/api/3/search/jql" in gone.json()["errorMessages"][0]


def test_cloud_search_gives_ids_only_unless_asked(cloud: FakeJira) -> None:
    with client(cloud) as http:
        made = http.post("/issue", json=fields(labels=["a"])).raise_for_status().json()
        query = {"jql": 'project = "PAY" AND labels = "a" ORDER BY created ASC'}
        assert http.get("/search/jql", params=query).json() == {"isLast": True, "issues": [{"id": made["id"]}]}
        [full] = http.get("/search/jql", params={**query, "fields": "labels"}).json()["issues"]
    assert (full["key"], full["fields"]) == ("PAY-1", {"labels": ["a"]})


def test_data_center_has_only_the_old_search(datacenter: FakeJira) -> None:
    with client(datacenter) as http:
        http.post("/issue", json=fields(description="plain")).raise_for_status()
        assert http.get("/search/jql", params={"jql": "project = PAY"}).status_code == 404
        assert http.get("/search", params={"jql": "project in (PAY)"}).json()["total"] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"project": {"key": "NOPE"}}, "project"),
        ({"issuetype": {"name": "Story"}}, "issuetype"),
        ({"priority": {"name": "P0"}}, "priority"),
        ({"summary": "two\nlines"}, "summary"),
        ({"summary": "x" * 256}, "summary"),
        ({"labels": ["two words"]}, "labels"),
        ({"description": "plain text"}, "description"),
        ({"description": {"type": "doc", "version": 1, "content": [{"type": "mention"}]}}, "description"),
        ({"customfield_1": 1}, "customfield_1"),
    ],
)
def test_a_bad_field_is_named_in_jiras_shape(cloud: FakeJira, change: dict[str, Any], field: str) -> None:
    with client(cloud) as http:
        refused = http.post("/issue", json=fields(**change))
    assert refused.status_code == 400
    assert refused.json()["errorMessages"] == []
    assert list(refused.json()["errors"]) == [field]
    assert cloud.issues() == []


def test_a_required_field_is_asked_for(cloud: FakeJira) -> None:
    cloud.project("PAY", custom_fields=["customfield_1"], required=["customfield_1"])
    with client(cloud) as http:
        assert http.post("/issue", json=fields()).json()["errors"] == {"customfield_1": "customfield_1 is required."}
        assert http.post("/issue", json=fields(customfield_1="x")).status_code == 201


def test_a_query_without_a_clause_or_with_an_unknown_project_is_refused(cloud: FakeJira) -> None:
    with client(cloud) as http:
        for query in ("ORDER BY created", 'project = "NOPE"', "colour = red", 'labels "x" =', "project = PAY OR a = b"):
            assert http.get("/search/jql", params={"jql": query}).status_code == 400, query


def test_wrong_credentials_are_refused(cloud: FakeJira) -> None:
    assert httpx2.get(f"{cloud.url}/rest/api/3/myself", auth=("suture@example.com", "wrong")).status_code == 401


def test_the_index_lags_on_its_own_clock(cloud: FakeJira) -> None:
    cloud.index_lag(60)
    with client(cloud) as http:
        key = http.post("/issue", json=fields()).json()["key"]
        assert http.get("/search/jql", params={"jql": "project = PAY"}).json()["issues"] == []
        assert http.get(f"/issue/{key}").status_code == 200
        cloud.advance(61)
        assert len(http.get("/search/jql", params={"jql": "project = PAY"}).json()["issues"]) == 1


def test_properties_and_links_are_kept_and_a_link_is_upserted(cloud: FakeJira) -> None:
    link = {"globalId": "case", "object": {"url": "https://suture.example.com/1", "title": "Case"}}
    with client(cloud) as http:
        key = http.post("/issue", json=fields()).json()["key"]
        assert http.get(f"/issue/{key}/properties/suture.case").status_code == 404
        assert http.put(f"/issue/{key}/properties/suture.case", json={"key": "S-1"}).status_code == 201
        assert http.get(f"/issue/{key}/properties/suture.case").json()["value"] == {"key": "S-1"}
        assert [http.post(f"/issue/{key}/remotelink", json=link).status_code for _ in range(2)] == [201, 200]
        assert http.get(f"/issue/{key}/remotelink").json() == [link]


def test_a_lost_answer_is_a_created_issue_and_a_dropped_call_is_none(cloud: FakeJira) -> None:
    cloud.fault("create", "lose_answer")
    cloud.fault("create", "drop")
    with client(cloud) as http:
        for _ in range(2):
            with pytest.raises(httpx2.TransportError):
                http.post("/issue", json=fields())
    assert [issue["key"] for issue in cloud.issues()] == ["PAY-1"]


def test_a_limit_names_itself_and_lets_others_through_first(cloud: FakeJira) -> None:
    limit = {"Retry-After": "7", "RateLimit-Reason": "jira-burst-based"}
    cloud.fault("create", "answer", skip=1, status=429, headers=limit)
    with client(cloud) as http:
        answers = [http.post("/issue", json=fields()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 429, 201]
    assert answers[1].headers["RateLimit-Reason"] == "jira-burst-based"


def test_the_journal_has_every_call_and_no_credential(cloud: FakeJira, journal: Path) -> None:
    cloud.fault("create", "drop")
    with client(cloud) as http, pytest.raises(httpx2.TransportError):
        http.post("/issue", json=fields(summary="only this one"))
    text = journal.read_text()
    last = json.loads(text.splitlines()[-1])
    assert (last["operation"], last["scheme"], last["path"]) == ("create", "Basic", "/rest/api/3/issue")
    assert last["body"]["fields"]["summary"] == "only this one"
    assert cloud.api_token not in text
    assert [call["operation"] for call in cloud.calls()] == ["create"]
