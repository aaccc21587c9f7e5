"""People, statuses and whole issues in the shapes of Jira Cloud and Jira Data Center."""

from __future__ import annotations

from typing import Any

from tests.fakes.jira.state import Issue, Jira, Person, Project

_CATEGORIES = {"new": (2, "To Do"), "indeterminate": (4, "In Progress"), "done": (3, "Done"), "undefined": (1, "None")}


def person_shape(jira: Jira, person: Person | None) -> dict[str, Any] | None:
    """Cloud shows an account id and, where the person allows it, an e-mail address; Data Center a user name."""
    if person is None:
        return None
    known = {"accountId": person.id} if jira.cloud else {"name": person.name, "key": person.name}
    shown = {**known, "displayName": person.display_name, "active": person.active}
    return shown if jira.hides_emails else {**shown, "emailAddress": person.email}


def status_shape(project: Project, name: str) -> dict[str, Any]:
    status, key = project.statuses[name]
    number, words = _CATEGORIES[key]
    return {"id": status, "name": name, "statusCategory": {"id": number, "key": key, "name": words}}


def fields_shape(jira: Jira, issue: Issue) -> dict[str, Any]:
    """All fields of an issue."""
    project = jira.projects[issue.project]
    people = {"assignee": person_shape(jira, issue.assignee), "duedate": issue.fields.get("duedate")}
    return {**issue.shown(), "status": status_shape(project, issue.status), **people}
