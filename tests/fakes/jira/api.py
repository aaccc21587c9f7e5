"""The REST paths that a ticket bot uses, as Jira Cloud (v2, v3) or Jira Data Center (v2) answers them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from tests.fakes.jira.errors import missing, refused
from tests.fakes.jira.search import BadQuery, matching
from tests.fakes.jira.shapes import fields_shape, person_shape
from tests.fakes.jira.state import SUTURE, Issue, Jira
from tests.fakes.jira.validation import refusals


def routes(jira: Jira) -> APIRouter:
    router = APIRouter(prefix="/rest/api/{version}")
    _about(router, jira)
    _issues(router, jira)
    _properties(router, jira)
    _searches(router, jira)
    return router


def _about(router: APIRouter, jira: Jira) -> None:
    @router.get("/serverInfo")
    async def server_info() -> dict[str, Any]:
        numbers = [1001, 0, 0] if jira.cloud else [9, 12, 0]
        kind = "Cloud" if jira.cloud else "Server"
        version = ".".join(map(str, numbers))
        return {"baseUrl": jira.base_url, "version": version, "versionNumbers": numbers, "deploymentType": kind}

    @router.get("/myself")
    async def myself() -> dict[str, Any] | None:
        return person_shape(jira, SUTURE)

    @router.get("/field")
    async def fields() -> list[dict[str, Any]]:
        names = ("summary", "description", "labels", "priority", "created", "project", "issuetype")
        return [{"id": name, "name": name.title(), "clauseNames": [name]} for name in names]

    @router.get("/priority")
    async def priorities() -> list[dict[str, str]]:
        return [{"id": str(number), "name": name} for number, name in enumerate(jira.priorities, 1)]

    @router.get("/label")
    async def labels() -> dict[str, Any]:
        known = sorted({label for issue in jira.issues for label in issue.fields.get("labels", ())})
        return {"maxResults": 1000, "startAt": 0, "total": len(known), "isLast": True, "values": known}

    @router.get("/issue/createmeta/{project}/issuetypes")
    async def issue_types(project: str) -> Response:
        if project not in jira.projects:
            return refused(404, f"No project could be found with key '{project}'.")
        rows = [
            {"id": str(i), "name": n, "subtask": False} for i, n in enumerate(jira.projects[project].issue_types, 1)
        ]
        return JSONResponse({"startAt": 0, "total": len(rows), "issueTypes" if jira.cloud else "values": rows})


def _issues(router: APIRouter, jira: Jira) -> None:
    @router.post("/issue")
    async def create(version: str, request: Request) -> Response:
        body = await request.json()
        if jira.cloud and version == "2":
            return refused(400, "This fake takes Atlassian Documents on Cloud: use version 3.")
        if errors := refusals(jira, body.get("fields", {})):
            return refused(400, **errors)
        given = body.get("properties", []) if jira.cloud else []
        issue = jira.add(body["fields"], {entry["key"]: entry["value"] for entry in given})
        return JSONResponse({"id": str(issue.id), "key": issue.key, "self": _self(jira, issue)}, 201)

    @router.get("/issue/{key}")
    async def read(key: str, fields: str = "*all", properties: str = "") -> Response:
        issue = jira.issue(key)
        return JSONResponse(_shown(jira, issue, fields, properties)) if issue else missing()

    @router.post("/issue/{key}/remotelink")
    async def link(key: str, request: Request) -> Response:
        issue, body = jira.issue(key), await request.json()
        if issue is None:
            return missing()
        if not body.get("object", {}).get("url") or not body["object"].get("title"):
            return refused(400, object="'url' and 'title' are required.")
        name = body.get("globalId") or f"link-{len(issue.links)}"
        status = 200 if name in issue.links else 201
        issue.links[name] = body
        return JSONResponse({"id": 10_000 + list(issue.links).index(name), "self": _self(jira, issue)}, status)

    @router.get("/issue/{key}/remotelink")
    async def links(key: str) -> Response:
        issue = jira.issue(key)
        return JSONResponse(list(issue.links.values())) if issue else missing()


def _properties(router: APIRouter, jira: Jira) -> None:
    @router.put("/issue/{key}/properties/{name}")
    async def put(key: str, name: str, request: Request) -> Response:
        issue = jira.issue(key)
        if issue is None:
            return missing()
        status = 200 if name in issue.properties else 201
        issue.properties[name] = await request.json()
        return Response(status_code=status)

    @router.get("/issue/{key}/properties/{name}")
    async def get(key: str, name: str) -> Response:
        issue = jira.issue(key)
        if issue is None or name not in issue.properties:
            return refused(404, f"The property {name} does not exist.")
        return JSONResponse({"key": name, "value": issue.properties[name]})


def _searches(router: APIRouter, jira: Jira) -> None:
    @router.api_route("/search/jql", methods=["GET", "POST"])
    async def enhanced(request: Request) -> Response:
        if not jira.cloud:
            return refused(404, "null for uri")
        return await _found(jira, request, {"isLast": True}, default_fields="id")

    @router.api_route("/search", methods=["GET", "POST"])
    async def classic(request: Request) -> Response:
        if jira.cloud:
            said = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."
            return refused(410, said)
        return await _found(jira, request, {"startAt": 0}, default_fields="*all")


async def _found(jira: Jira, request: Request, page: dict[str, Any], *, default_fields: str) -> Response:
    asked = await request.json() if request.method == "POST" else request.query_params
    try:
        found = matching(jira, str(asked.get("jql", "")))
    except BadQuery as refusal:
        return refused(400, str(refusal))
    given = asked.getlist("fields") if request.method == "GET" else asked.get("fields", [])
    fields = ",".join(given) or default_fields
    rows = [_shown(jira, issue, fields, "") for issue in found[: int(asked.get("maxResults", 50))]]
    rows = [{"id": row["id"]} for row in rows] if fields == "id" else rows
    return JSONResponse({**page, "issues": rows, **({} if jira.cloud else {"total": len(found)})})


def _self(jira: Jira, issue: Issue) -> str:
    return f"{jira.base_url}/rest/api/{3 if jira.cloud else 2}/issue/{issue.id}"


def _shown(jira: Jira, issue: Issue, fields: str, properties: str) -> dict[str, Any]:
    wanted = set(fields.split(","))
    shown = {name: value for name, value in fields_shape(jira, issue).items() if "*all" in wanted or name in wanted}
    answer = {"id": str(issue.id), "key": issue.key, "self": _self(jira, issue), "fields": shown}
    if properties:
        named = properties.split(",")
        answer["properties"] = {name: value for name, value in issue.properties.items() if name in named}
    return answer
