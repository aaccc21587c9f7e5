"""What the fake Jira holds: projects, issues, their properties and links, and what of it the search already shows."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

EMAIL, API_TOKEN, PERSONAL_ACCESS_TOKEN = "suture@example.com", "fake-api-token", "fake-personal-access-token"


@dataclass
class Project:
    key: str
    issue_types: tuple[str, ...] = ("Bug", "Task")
    custom_fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


@dataclass
class Issue:
    id: int
    key: str
    project: str
    fields: dict[str, Any]
    created: datetime
    properties: dict[str, Any] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)  # by globalId

    def shown(self) -> dict[str, Any]:
        created = self.created.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
        return {**self.fields, "created": created}


@dataclass
class Jira:
    """``now`` is the machine's clock; ``advance`` moves ours ahead of it, so that a lag needs no waiting."""

    now: Callable[[], datetime]
    deployment: str = "cloud"
    base_url: str = ""
    projects: dict[str, Project] = field(default_factory=lambda: {"PAY": Project("PAY"), "OPS": Project("OPS")})
    priorities: tuple[str, ...] = ("Highest", "High", "Medium", "Low")
    issues: list[Issue] = field(default_factory=list)
    index_lag: float = 0.0
    advanced: float = 0.0

    @property
    def cloud(self) -> bool:
        return self.deployment == "cloud"

    def time(self) -> datetime:
        return self.now() + timedelta(seconds=self.advanced)

    def authorization(self) -> str:
        if self.cloud:
            return "Basic " + base64.b64encode(f"{EMAIL}:{API_TOKEN}".encode()).decode()
        return "Bearer " + PERSONAL_ACCESS_TOKEN

    def add(self, fields: dict[str, Any], properties: dict[str, Any]) -> Issue:
        project = str(fields["project"]["key"])
        number = 1 + sum(issue.project == project for issue in self.issues)
        issue = Issue(10_000 + len(self.issues), f"{project}-{number}", project, fields, self.time(), properties)
        self.issues.append(issue)
        return issue

    def issue(self, key_or_id: str) -> Issue | None:
        return next((issue for issue in self.issues if key_or_id in (issue.key, str(issue.id))), None)

    def indexed(self) -> list[Issue]:
        """The issues that the search already knows."""
        horizon = self.time() - timedelta(seconds=self.index_lag)
        return [issue for issue in self.issues if issue.created <= horizon]


def utc_now() -> datetime:
    return datetime.now(UTC)
