"""What people do at Jira's own screen, ordered by a test. Not part of any Jira's interface."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request

from tests.fakes.jira.changing import Changing, NotPossible
from tests.fakes.jira.state import Issue, Jira, Person


def at_the_screen(jira: Jira, changing: Changing) -> APIRouter:
    router = APIRouter(prefix="/_control")

    @router.post("/people")
    async def add(request: Request) -> None:
        jira.people.append(Person(**await request.json()))

    @router.post("/privacy")
    async def privacy() -> None:
        jira.hides_emails = True

    @router.post("/move")
    async def move(request: Request) -> None:
        issue, by, body = await _asked(jira, request)
        try:
            changing.move(issue, body["status"], by, {"resolution": {"id": "1"}})
        except NotPossible as refusal:
            raise HTTPException(400, str(refusal)) from None

    @router.post("/assign")
    async def assign(request: Request) -> None:
        issue, by, body = await _asked(jira, request)
        changing.assign(issue, jira.person(body["person"]) if body["person"] else None, by)

    @router.post("/due")
    async def due(request: Request) -> None:
        issue, by, body = await _asked(jira, request)
        changing.edit(issue, {"duedate": body["due"]}, by)

    @router.post("/comment")
    async def comment(request: Request) -> None:
        issue, by, body = await _asked(jira, request)
        changing.comment(issue, body["body"], by)

    @router.post("/delete")
    async def delete(request: Request) -> None:
        issue, by, _ = await _asked(jira, request)
        changing.delete(issue, by)

    return router


async def _asked(jira: Jira, request: Request) -> tuple[Issue, Person, dict[str, Any]]:
    body = await request.json()
    issue, by = jira.issue(body["key"]), jira.person(body["by"])
    if issue is None or by is None:
        raise HTTPException(404, "no such issue or person")
    return issue, by, body
