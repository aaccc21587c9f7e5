"""What a test may turn: faults, clock, index lag, projects; and what it may read. Not part of any Jira."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from tests.fakes.jira.faults import Fault, Faults
from tests.fakes.jira.journal import Journal
from tests.fakes.jira.shapes import fields_shape
from tests.fakes.jira.state import Issue, Jira, Project
from tests.fakes.jira.webhooks import Webhooks


def controls(jira: Jira, faults: Faults, journal: Journal, webhooks: Webhooks) -> APIRouter:
    router = APIRouter(prefix="/_control")

    @router.post("/faults")
    async def order(request: Request) -> None:
        faults.order(Fault(**await request.json()))

    @router.post("/clock")
    async def clock(request: Request) -> None:
        jira.advanced += float((await request.json())["advance"])

    @router.post("/index")
    async def index(request: Request) -> None:
        jira.index_lag = float((await request.json())["lag"])

    @router.post("/projects")
    async def project(request: Request) -> None:
        given = Project(**await request.json())
        jira.projects[given.key] = given

    @router.post("/issues")
    async def add(request: Request) -> dict[str, str]:
        """An issue made by a person: nothing is checked."""
        body = await request.json()
        return {"key": jira.add(body["fields"], body.get("properties", {})).key}

    @router.get("/issues")
    async def issues() -> list[dict[str, Any]]:
        return [_issue(jira, issue) for issue in jira.issues]

    @router.get("/calls")
    async def calls() -> list[dict[str, Any]]:
        return journal.calls

    @router.post("/webhook")
    async def webhook(request: Request) -> None:
        body = await request.json()
        webhooks.url, webhooks.secret = body["url"], body["secret"]

    @router.get("/webhooks")
    async def sent() -> list[dict[str, Any]]:
        return webhooks.sent

    @router.post("/redeliver")
    async def redeliver() -> None:
        """Everything once more."""
        for delivery in list(webhooks.sent):
            webhooks.again(delivery)

    @router.post("/reset")
    async def reset() -> None:
        fresh = Jira(jira.now)
        jira.issues, jira.projects, jira.index_lag, jira.advanced = [], fresh.projects, 0.0, 0.0
        jira.people, jira.hides_emails, jira.made, jira.numbers = fresh.people, False, 0, {}
        webhooks.url = ""
        webhooks.sent.clear()
        faults.clear()
        journal.calls.clear()

    return router


def _issue(jira: Jira, issue: Issue) -> dict[str, Any]:
    """An issue with everything the fake knows of it; comments as they were sent, and by whom."""
    comments = [{"body": each["body"], "by": each["by"]} for each in issue.comments]
    shown = {"key": issue.key, "status": issue.status, "comments": comments, "fields": fields_shape(jira, issue)}
    return {**shown, "properties": issue.properties, "links": issue.links}
