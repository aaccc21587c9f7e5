"""What a test may turn: faults, clock, index lag, projects; and what it may read. Not part of any Jira."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from tests.fakes.jira.faults import Fault, Faults
from tests.fakes.jira.journal import Journal
from tests.fakes.jira.state import Jira, Project


def controls(jira: Jira, faults: Faults, journal: Journal) -> APIRouter:
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
        rows = jira.issues
        return [{"key": i.key, "fields": i.shown(), "properties": i.properties, "links": i.links} for i in rows]

    @router.get("/calls")
    async def calls() -> list[dict[str, Any]]:
        return journal.calls

    @router.post("/reset")
    async def reset() -> None:
        fresh = Jira(jira.now)
        jira.issues, jira.projects, jira.index_lag, jira.advanced = [], fresh.projects, 0.0, 0.0
        faults.clear()
        journal.calls.clear()

    return router
