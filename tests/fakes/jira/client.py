"""The fake Jira from a test's side: start it, order faults, read what it got."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2

from tests.fakes.jira.documents import as_text
from tests.fakes.jira.state import API_TOKEN, EMAIL, PERSONAL_ACCESS_TOKEN
from tests.fakes.own_process import OwnProcess
from tests.plain_http import NO_TLS


class FakeJira(OwnProcess):
    """A running process. ``with FakeJira() as jira: jira.url …``; or start() and stop()."""

    _name = "Jira"
    email, api_token, personal_access_token = EMAIL, API_TOKEN, PERSONAL_ACCESS_TOKEN

    def __init__(self, deployment: str = "cloud", *, journal: Path | None = None, port: int = 0) -> None:
        self._command = ["tests.fakes.jira", "--deployment", deployment, "--port", str(port)]
        self._command += ["--journal", str(journal)] if journal else []
        self.deployment, self.url = deployment, ""
        self.http = httpx2.Client(timeout=10, verify=NO_TLS)

    def _arguments(self) -> list[str]:
        return self._command

    def _listens(self, line: str) -> None:
        self.url = line

    def stop(self) -> None:
        self.http.close()
        super().stop()

    def fault(self, operation: str, kind: str, **how: Any) -> None:
        """See faults.Fault: operation create, read, search …; kind answer, drop, lose_answer, answer_after, slow …"""
        self._post("faults", operation=operation, kind=kind, **how)

    def advance(self, seconds: float) -> None:
        self._post("clock", advance=seconds)

    def index_lag(self, seconds: float) -> None:
        self._post("index", lag=seconds)

    def project(self, key: str, **rules: Any) -> None:
        """Add or replace a project: issue_types, custom_fields, required."""
        self._post("projects", key=key, **rules)

    def add_issue(self, fields: dict[str, Any], properties: dict[str, Any] | None = None) -> str:
        """An issue made by a person, unchecked; its key."""
        return str(self._post("issues", fields=fields, properties=properties or {})["key"])

    def person(self, email: str, display_name: str, **more: Any) -> None:
        """Somebody with an account; their id and user name are the part before the @."""
        name = email.partition("@")[0]
        self._post(
            "people",
            **({"id": f"{name}-account", "name": name, "active": True} | more),
            email=email,
            display_name=display_name,
        )

    def hide_emails(self) -> None:
        self._post("privacy")

    def webhook(self, url: str, secret: str) -> None:
        """From now on every change is posted there."""
        self._post("webhook", url=url, secret=secret)

    def webhooks(self) -> list[dict[str, Any]]:
        """What was posted, with the statuses it was answered by."""
        found: list[dict[str, Any]] = self._get("webhooks")
        return found

    def redeliver(self) -> None:
        """Post everything once more, as Jira does when an answer was lost."""
        self._post("redeliver")

    def move(self, key: str, status: str, by: str) -> None:
        """A person (by e-mail) moves an issue, as the project's workflow allows."""
        self._post("move", key=key, status=status, by=by)

    def assign(self, key: str, person: str | None, by: str) -> None:
        self._post("assign", key=key, person=person, by=by)

    def set_due(self, key: str, due: str | None, by: str) -> None:
        self._post("due", key=key, due=due, by=by)

    def comment(self, key: str, body: Any, by: str) -> None:
        self._post("comment", key=key, body=body, by=by)

    def delete(self, key: str, by: str) -> None:
        self._post("delete", key=key, by=by)

    def issue(self, key: str) -> dict[str, Any]:
        """An issue as it stands."""
        return next(issue for issue in self.issues() if issue["key"] == key)

    def comments(self, key: str) -> list[str]:
        """The comments of an issue as text, oldest first; ADF as its paragraphs' lines."""
        return [as_text(each["body"]) for each in self.issue(key)["comments"]]

    def reset(self) -> None:
        self._post("reset")

    def issues(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get("issues")
        return found

    def calls(self, operation: str = "") -> list[dict[str, Any]]:
        """Every call received, in order; or those of one operation."""
        return [call for call in self._get("calls") if operation in ("", call["operation"])]

    def _get(self, path: str) -> Any:
        return self.http.get(f"{self.url}/_control/{path}").raise_for_status().json()

    def _post(self, path: str, **body: Any) -> Any:
        return self.http.post(f"{self.url}/_control/{path}", json=body).raise_for_status().json()
