"""The demo's own small Jira: it answers, in Jira Cloud's shapes, only what Suture's tracker asks. It is no Jira."""

from __future__ import annotations

import html
import json
import re
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bot.demo import jira_issue

_ISSUE = re.compile(r"/rest/api/3/issue/([A-Z]+-\d+|\d+)(?:/([a-z]+))?")
_QUERY = re.compile(r'project = "(?P<project>[A-Z]+)"(?: AND labels = "(?P<label>[^"]+)")?')


class Jira:
    """The issues, and the server that tells of them at ``url``, in a thread of this process."""

    def __init__(self) -> None:
        self._issues: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        jira = self

        class Door(_Door):
            room = jira

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, name="demo-jira", daemon=True).start()

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """(status, JSON) of one request."""
        issue = _ISSUE.fullmatch(path)
        with self._lock:
            if path == "/rest/api/3/serverInfo":
                return 200, {"baseUrl": self.url, "versionNumbers": [1001, 0, 0], "deploymentType": "Cloud"}
            if path == "/rest/api/3/search/jql":
                return self._search(query.get("jql") or (body or {}).get("jql", ""))
            if path == "/rest/api/3/issue" and method == "POST":
                return self._create(body)
            if path == "/rest/api/3/myself":
                return 200, jira_issue.MYSELF
            if path == "/rest/api/3/user/search":
                return 200, []
            if issue is not None:
                return self._of_issue(method, issue[1], issue[2], body)
            return 404, {"errorMessages": ["This is the demo's own Jira; it knows no such address."], "errors": {}}

    def _search(self, jql: str) -> tuple[int, Any]:
        asked = _QUERY.match(jql)
        if asked is None:
            return 400, {"errorMessages": [f"The demo's Jira does not understand: {jql}"], "errors": {}}
        found = [
            {"id": each["id"], "key": each["key"]}
            for each in self._issues
            if each["fields"]["project"]["key"] == asked["project"]
            and (asked["label"] is None or asked["label"] in each["fields"]["labels"])
        ]
        return 200, {"issues": found, "isLast": True}

    def _create(self, body: Any) -> tuple[int, Any]:
        fields = body["fields"]
        project = fields["project"]["key"]
        number = 1 + sum(each["fields"]["project"]["key"] == project for each in self._issues)
        issue = {
            "id": str(10_001 + len(self._issues)),
            "key": f"{project}-{number}",
            "fields": {**jira_issue.begun(fields), "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")},
            "properties": {each["key"]: each["value"] for each in body.get("properties", ())},
            "links": [],
            "comments": [],
        }
        self._issues.append(issue)
        return 201, {"id": issue["id"], "key": issue["key"], "self": f"{self.url}/rest/api/3/issue/{issue['id']}"}

    def _of_issue(self, method: str, name: str, part: str | None, body: Any) -> tuple[int, Any]:
        issue = self._named(name)
        if issue is None:
            return 404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."]}
        if part == "remotelink":
            issue["links"] += [body] if method == "POST" else []
            return (201, {"id": len(issue["links"])}) if method == "POST" else (200, issue["links"])
        return jira_issue.answer(issue, method, part or "", body)

    def _named(self, name: str) -> dict[str, Any] | None:
        return next((each for each in self._issues if name in (each["id"], each["key"])), None)

    def page(self, key: str) -> str:
        """A ticket for a person's eyes; "" when there is none."""
        with self._lock:
            issue = self._named(key)
        if issue is None:
            return ""
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in _texts(issue["fields"]["description"]))
        lines += "".join(f"<h2>Comment</h2><p>{html.escape(line)}</p>" for line in _comments(issue))
        lines = f"<p>{html.escape(issue['fields']['status']['name'])}</p>{lines}"
        head = html.escape(f"{key}: {issue['fields']['summary']}")
        return f"<!doctype html><title>{head}</title><p>The demo's own Jira, not Atlassian's.</p><h1>{head}</h1>{lines}"


def _comments(issue: dict[str, Any]) -> list[str]:
    """Each comment on one line, the oldest first."""
    return [" ".join(_texts(each["body"])) for each in reversed(issue["comments"])]


def _texts(node: Any) -> list[str]:
    """The paragraphs of an Atlassian Document as plain lines."""
    return [
        "".join(inner.get("text", "\n") for inner in paragraph.get("content", ()))
        for paragraph in node.get("content", ())
    ]


class _Door(BaseHTTPRequestHandler):
    """Requests to the one Jira of this process."""

    room: Jira
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/browse/"):
            page = self.room.page(unquote(path.removeprefix("/browse/")))
            self._send(200 if page else 404, "text/html; charset=utf-8", page or "There is no such ticket.")
        else:
            self._asked()

    def do_POST(self) -> None:
        self._asked()

    def do_PUT(self) -> None:
        self._asked()

    def _asked(self) -> None:
        address = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        status, answer = self.room.answer(self.command, address.path, query, body)
        self._send(status, "application/json", "" if answer is None else json.dumps(answer))

    def _send(self, status: int, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(HTTPStatus(status))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: the demo's own lines are what is read."""
