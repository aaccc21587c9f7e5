"""What the fake Jira holds: projects, issues, their properties and links, and what of it the search already shows."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

EMAIL, API_TOKEN, PERSONAL_ACCESS_TOKEN = "suture@example.com", "fake-api-token", "fake-personal-access-token"


STATUSES = {"To Do": ("1", "new"), "In Progress": ("3", "indeterminate"), "Done": ("10001", "done")}
WAYS = {"To Do": ["In Progress", "Done"], "In Progress": ["To Do", "Done"], "Done": ["To Do", "In Progress"]}


@dataclass
class Person:
    """Somebody with an account: Cloud calls them by ``id``, Data Center by ``name``."""

    id: str
    name: str
    display_name: str
    email: str
    active: bool = True


SUTURE = Person("suture-account", "suture", "Suture", EMAIL)


@dataclass
class Project:
    """``statuses`` are name to (id, category); ``ways`` are from where to where; ``screens`` what a way asks for."""

    key: str
    issue_types: tuple[str, ...] = ("Bug", "Task")
    custom_fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    statuses: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(STATUSES))
    ways: dict[str, list[str]] = field(default_factory=lambda: {name: list(to) for name, to in WAYS.items()})
    screens: dict[str, dict[str, Any]] = field(default_factory=dict)
    no_due_date: bool = False  # the field is not on the project's screens


@dataclass
class Issue:
    id: int
    key: str
    project: str
    fields: dict[str, Any]
    created: datetime
    properties: dict[str, Any] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)  # by globalId
    status: str = ""
    assignee: Person | None = None
    comments: list[dict[str, Any]] = field(default_factory=list)

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
    people: list[Person] = field(default_factory=lambda: [SUTURE])
    hides_emails: bool = False
    numbers: dict[str, int] = field(default_factory=dict)  # issues ever made in each project
    made: int = 0  # issues ever, the deleted ones too

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
        number = 1 + self.numbers.get(project, 0)
        self.numbers[project] = number
        status = next(iter(self.projects[project].statuses)) if project in self.projects else "To Do"
        issue = Issue(10_000 + self.made, f"{project}-{number}", project, fields, self.time(), properties)
        issue.status = status
        self.made += 1
        self.issues.append(issue)
        return issue

    def issue(self, key_or_id: str) -> Issue | None:
        return next((issue for issue in self.issues if key_or_id in (issue.key, str(issue.id))), None)

    def person(self, known: str) -> Person | None:
        """By account id, user name or e-mail address."""
        return next((each for each in self.people if known in (each.id, each.name, each.email)), None)

    def indexed(self) -> list[Issue]:
        """The issues that the search already knows."""
        horizon = self.time() - timedelta(seconds=self.index_lag)
        return [issue for issue in self.issues if issue.created <= horizon]


def utc_now() -> datetime:
    return datetime.now(UTC)
