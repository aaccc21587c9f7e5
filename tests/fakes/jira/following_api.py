"""The REST paths about an issue that is there: comments, transitions, assignee, edits, deletion, and people."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from tests.fakes.jira.changing import Changing, NotPossible
from tests.fakes.jira.documents import is_document
from tests.fakes.jira.errors import missing, refused
from tests.fakes.jira.shapes import person_shape, status_shape
from tests.fakes.jira.state import SUTURE, Issue, Jira


def following(jira: Jira, changing: Changing) -> APIRouter:
    router = APIRouter(prefix="/rest/api/{version}")
    _comments(router, jira, changing)
    _ways(router, jira, changing)
    _edits(router, jira, changing)
    _people(router, jira)
    return router


def _comments(router: APIRouter, jira: Jira, changing: Changing) -> None:
    @router.get("/issue/{key}/comment")
    async def read(key: str, startAt: int = 0, maxResults: int = 50, orderBy: str = "created") -> Response:  # noqa: N803 - Jira's names
        issue = jira.issue(key)
        if issue is None:
            return missing()
        rows = [_comment_shape(jira, each) for each in issue.comments]
        rows = rows[::-1] if orderBy == "-created" else rows
        page = rows[startAt : startAt + maxResults]
        return JSONResponse({"startAt": startAt, "maxResults": maxResults, "total": len(rows), "comments": page})

    @router.post("/issue/{key}/comment")
    async def add(key: str, request: Request) -> Response:
        issue, body = jira.issue(key), (await request.json()).get("body")
        if issue is None:
            return missing()
        if jira.cloud != is_document(body) or not body:
            return refused(400, comment="Comment body is not valid!")
        return JSONResponse(_comment_shape(jira, changing.comment(issue, body, SUTURE)), 201)


def _comment_shape(jira: Jira, comment: dict[str, Any]) -> dict[str, Any]:
    created = comment["created"].strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    author = person_shape(jira, jira.person(comment["by"]))
    return {"id": comment["id"], "body": comment["body"], "author": author, "created": created}


def _ways(router: APIRouter, jira: Jira, changing: Changing) -> None:
    @router.get("/issue/{key}/transitions")
    async def ways(key: str, expand: str = "") -> Response:
        issue = jira.issue(key)
        if issue is None:
            return missing()
        found = [
            _way_shape(jira, changing, issue, end, expand) for end in jira.projects[issue.project].ways[issue.status]
        ]
        return JSONResponse({"expand": "transitions", "transitions": found})

    @router.post("/issue/{key}/transitions")
    async def go(key: str, request: Request) -> Response:
        issue, body = jira.issue(key), await request.json()
        if issue is None:
            return missing()
        try:
            changing.move(issue, str(body["transition"]["id"]), SUTURE, body.get("fields"))
        except NotPossible as refusal:
            return refused(400, str(refusal))
        return Response(status_code=204)


def _way_shape(jira: Jira, changing: Changing, issue: Issue, end: str, expand: str) -> dict[str, Any]:
    project = jira.projects[issue.project]
    shape = {"id": changing.way_id(issue, end), "name": f"Go to {end}", "to": status_shape(project, end)}
    return {**shape, "fields": project.screens.get(end, {})} if "transitions.fields" in expand else shape


def _edits(router: APIRouter, jira: Jira, changing: Changing) -> None:
    @router.put("/issue/{key}/assignee")
    async def assign(key: str, request: Request) -> Response:
        issue, body = jira.issue(key), await request.json()
        if issue is None:
            return missing()
        known = body.get("accountId" if jira.cloud else "name")
        person = jira.person(known) if known else None
        if known and person is None:
            return refused(400, assignee=f"User '{known}' does not exist.")
        changing.assign(issue, person, SUTURE)
        return Response(status_code=204)

    @router.put("/issue/{key}")
    async def edit(key: str, request: Request) -> Response:
        issue, fields = jira.issue(key), (await request.json()).get("fields", {})
        if issue is None:
            return missing()
        unknown = [name for name in fields if name != "duedate" or jira.projects[issue.project].no_due_date]
        if unknown:
            words = "cannot be set. It is not on the appropriate screen, or unknown."
            return refused(400, **{name: f"Field '{name}' {words}" for name in unknown})
        changing.edit(issue, fields, SUTURE)
        return Response(status_code=204)


def _people(router: APIRouter, jira: Jira) -> None:
    @router.get("/user/search")
    async def search(query: str = "", username: str = "") -> Response:
        words = (query if jira.cloud else username).lower()
        if not words:
            return refused(400, "The username query parameter was not provided")
        found = [each for each in jira.people if words in (each.email, each.name) or words in each.display_name.lower()]
        return JSONResponse([person_shape(jira, each) for each in found])
