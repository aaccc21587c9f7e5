"""One issue of the demo's Jira after it was created: comments, statuses, assignee and due date."""

from __future__ import annotations

from typing import Any

_STATUSES = {
    "11": {"id": "1", "name": "To Do", "statusCategory": {"key": "new"}},
    "21": {"id": "3", "name": "In Progress", "statusCategory": {"key": "indeterminate"}},
    "31": {"id": "10001", "name": "Done", "statusCategory": {"key": "done"}},
}
MYSELF = {"accountId": "demo-suture", "displayName": "Suture", "emailAddress": "suture@example.com"}
_NO_CONTENT = (204, None)


def begun(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a new issue."""
    return {**fields, "status": _STATUSES["11"], "assignee": None, "duedate": None}


def answer(issue: dict[str, Any], method: str, part: str, body: Any) -> tuple[int, Any]:
    """(status, JSON) of one request about it; ``part`` is what follows its key in the address."""
    fields = issue["fields"]
    if part == "comment" and method == "POST":
        issue["comments"].insert(0, {"id": str(len(issue["comments"]) + 1), "body": body["body"], "author": MYSELF})
        return 201, issue["comments"][0]
    if part == "comment":
        return 200, {"comments": issue["comments"]}
    if part == "transitions" and method == "POST":
        fields["status"] = _STATUSES[str(body["transition"]["id"])]
        return _NO_CONTENT
    if part == "transitions":
        ways = [{"id": way, "name": to["name"], "to": to} for way, to in _STATUSES.items() if to != fields["status"]]
        return 200, {"transitions": ways}
    if part == "assignee" and method == "PUT":
        fields["assignee"] = {"accountId": body["accountId"]} if body.get("accountId") else None
        return _NO_CONTENT
    if not part and method == "PUT":
        fields.update(body["fields"])
        return _NO_CONTENT
    return 200, {key: issue[key] for key in ("id", "key", "fields", "properties")}
