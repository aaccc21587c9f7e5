"""An issue changes: by the REST interface or by a person at the screen, with the changelog that the webhook carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.jira.state import Issue, Jira, Person

Item = dict[str, Any]
Listener = Callable[[Issue, Person, str, list[Item]], None]


class NotPossible(Exception):
    """What Jira answers with 400."""


@dataclass
class Changing:
    """``tell`` gets the issue, who did it, Jira's name of what happened, and the changelog's items."""

    jira: Jira
    tell: Listener

    def move(self, issue: Issue, way: str, by: Person, fields: dict[str, Any] | None = None) -> None:
        """``way`` is the id of a transition, or the name of the status at its end."""
        project = self.jira.projects[issue.project]
        end = next((name for name in project.ways[issue.status] if way in (name, self.way_id(issue, name))), None)
        if end is None:
            raise NotPossible("It seems that you have tried to perform a workflow operation that is not valid.")
        missing = [name for name, field in project.screens.get(end, {}).items() if field.get("required")]
        if [name for name in missing if name not in (fields or {})]:
            raise NotPossible(f"{missing[0]} is required.")
        old, issue.status = issue.status, end
        numbers = {"from": project.statuses[old][0], "to": project.statuses[end][0]}
        self._told(issue, by, {"field": "status", **numbers, "fromString": old, "toString": end})

    def way_id(self, issue: Issue, end: str) -> str:
        """A transition's id; stable, and not that of its status."""
        return str(11 + 10 * list(self.jira.projects[issue.project].statuses).index(end))

    def assign(self, issue: Issue, person: Person | None, by: Person) -> None:
        if issue.assignee == person:
            return
        old, issue.assignee = issue.assignee, person
        item = {"from": old.id if old else None, "to": person.id if person else None}
        self._told(issue, by, {"field": "assignee", **item})

    def edit(self, issue: Issue, fields: dict[str, Any], by: Person) -> None:
        changed = {name: value for name, value in fields.items() if issue.fields.get(name) != value}
        items = [{"field": name, "from": issue.fields.get(name), "to": value} for name, value in changed.items()]
        issue.fields.update(changed)
        if items:
            self._told(issue, by, *items)

    def comment(self, issue: Issue, body: Any, by: Person) -> dict[str, Any]:
        made = {"id": str(100 + len(issue.comments)), "body": body, "by": by.id, "created": self.jira.time()}
        issue.comments.append(made)
        self.tell(issue, by, "jira:issue_updated", [])
        return made

    def delete(self, issue: Issue, by: Person) -> None:
        self.jira.issues.remove(issue)
        self.tell(issue, by, "jira:issue_deleted", [])

    def _told(self, issue: Issue, by: Person, *items: Item) -> None:
        self.tell(issue, by, "jira:issue_updated", [{"fieldtype": "jira", **item} for item in items])
