"""Jira's webhook at its address: who may post, what is kept, what is refused; nothing is kept that is not about us."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.store import tables as t
from tests.bot.web.served import Served, refused, serving, write_config

NEW, OLD = "a-new-secret-for-jira", "the-secret-before-it"
ADDRESS = "/v1/trackers/jira"
_JIRA = """
jira:
  enabled: true
  url: "http://127.0.0.1:9"
  email: suture@example.com
  api_token: {env: TEST_TOKEN}
  default_project: PAY
"""


@pytest.fixture
async def listening(database_url: str, tmp_path: Path, amazon: list[str]) -> AsyncIterator[Served]:
    """The application with Jira's two secrets and a ticket of its own, PAY-17."""
    config = write_config(tmp_path)
    (tmp_path / "new").write_text(NEW, encoding="utf-8")
    (tmp_path / "old").write_text(OLD, encoding="utf-8")
    secrets = f'  webhook_secrets: [{{file: "{tmp_path / "new"}"}}, {{file: "{tmp_path / "old"}"}}]\n'
    suture = config / "suture.yaml"
    suture.write_text(suture.read_text(encoding="utf-8") + _JIRA + secrets, encoding="utf-8")
    async with serving(config, database_url, amazon, worker=False) as made:
        await with_a_ticket(made)
        yield made


async def with_a_ticket(served: Served) -> None:
    async with served.wiring.store.write() as connection:
        row = {"subject": "S-1", "case_id": 1, "state": "created", "project": "PAY", "issue_type": "Task"}
        who = {"person": "ana", "at": served.clock(), "key": "PAY-17", "number": "10042"}
        await connection.execute(t.ticket.insert(), [row | who])


def told(key: str = "PAY-17", number: str = "10042", field: str = "status") -> bytes:
    body: dict[str, Any] = {
        "webhookEvent": "jira:issue_updated",
        "user": {"accountId": "ben-account", "displayName": "Ben", "emailAddress": "Ben@example.com"},
        "issue": {"id": number, "key": key, "fields": {"summary": "not kept"}},
        "changelog": {"items": [{"field": field}]},
    }
    return json.dumps(body).encode()


async def post(served: Served, body: bytes, secret: str = NEW, identifier: str = "w-1") -> httpx2.Response:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature": f"sha256={digest}", "x-atlassian-webhook-identifier": identifier}
    return await served.post(ADDRESS, body, headers | {"content-type": "application/json"})


async def test_news_are_kept_once_whichever_secret_is_live(listening: Served) -> None:
    first = await post(listening, told())
    again = await post(listening, told(), OLD)
    other = await post(listening, told(field="duedate"), OLD, "w-2")

    assert [each.status_code for each in (first, again, other)] == [202, 202, 202]
    assert [each.json()["repeated"] for each in (first, again, other)] == [False, True, False]
    rows = sorted(await listening.rows(t.ticket_news), key=lambda row: row.id)
    assert [(row.id, row.subject, row.changed) for row in rows] == [("w-1", "S-1", ["status"]), ("w-2", "S-1", ["due"])]
    assert (rows[0].by_id, rows[0].by_email, rows[0].at) == ("ben-account", "ben@example.com", listening.clock())


async def test_a_ticket_that_moved_to_another_project_is_known_by_its_number(listening: Served) -> None:
    assert (await post(listening, told(key="OPS-3"))).status_code == 202


@pytest.mark.parametrize(
    "body", [told(key="PAY-18", number="10043"), told(field="description"), b"{}", b'{"issue": []}']
)
async def test_what_is_not_about_us_is_answered_and_not_kept(listening: Served, body: bytes) -> None:
    answered = await post(listening, body)

    assert (answered.status_code, answered.json()) == (200, {"ticket": None})
    assert await listening.rows(t.ticket_news) == []


async def test_whoever_has_no_secret_is_refused(listening: Served) -> None:
    refused(await post(listening, told(), "a-strangers-secret"), 401)
    refused(await listening.post(ADDRESS, told(), {}), 401)
    refused(await listening.post(ADDRESS, told(), {"x-hub-signature": "sha256=é"}), 401)
    altered = hmac.new(NEW.encode(), told(), hashlib.sha256).hexdigest()
    refused(await listening.post(ADDRESS, told(key="OPS-1"), {"x-hub-signature": f"sha256={altered}"}), 401)
    assert await listening.rows(t.ticket_news) == []


async def test_what_is_too_large_or_no_json_is_refused(listening: Served) -> None:
    refused(await post(listening, b" " * (1024 * 1024 + 1)), 413)
    refused(await post(listening, b"done"), 400)
    assert await listening.rows(t.ticket_news) == []


async def test_without_a_secret_there_is_no_such_address(served: Served) -> None:
    refused(await post(served, told()), 404)
