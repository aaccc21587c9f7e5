"""Why Jira refuses an issue, field by field, in its own words."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.jira.documents import is_document
from tests.fakes.jira.state import Jira, Project

_KNOWN = {"project", "issuetype", "summary", "description", "labels", "priority"}
_LONGEST = 32_767


def refusals(jira: Jira, fields: dict[str, Any]) -> dict[str, str]:
    """Field name to complaint; empty when the issue may be created."""
    project = jira.projects.get(_named(fields, "project", "key"))
    if project is None:
        return {"project": "valid project is required"}
    errors = {name: _unknown(name) for name in fields if name not in _KNOWN and name not in project.custom_fields}
    errors |= _kinds(jira, project, fields) | _summary(fields) | _labels(fields) | _description(jira, fields)
    return errors | {name: f"{name} is required." for name in project.required if name not in fields}


def _named(fields: dict[str, Any], name: str, by: str) -> str:
    value = fields.get(name)
    return str(value.get(by, "")) if isinstance(value, dict) else ""


def _unknown(name: str) -> str:
    return f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."


def _kinds(jira: Jira, project: Project, fields: dict[str, Any]) -> dict[str, str]:
    errors = {}
    if _named(fields, "issuetype", "name") not in project.issue_types:
        errors["issuetype"] = "The issue type selected is invalid."
    if "priority" in fields and _named(fields, "priority", "name") not in jira.priorities:
        errors["priority"] = "The priority selected is invalid."
    return errors


def _summary(fields: dict[str, Any]) -> dict[str, str]:
    summary = fields.get("summary")
    if not isinstance(summary, str) or not summary.strip():
        return {"summary": "You must specify a summary of the issue."}
    if "\n" in summary or "\r" in summary:
        return {"summary": "The summary is invalid because it contains newline characters."}
    return {"summary": "Summary must be less than 255 characters."} if len(summary) > 255 else {}


def _labels(fields: dict[str, Any]) -> dict[str, str]:
    for label in fields.get("labels", ()):
        if any(character.isspace() for character in label):
            return {"labels": f"The label '{label}' contains spaces which is invalid."}
        if len(label) > 255:
            return {"labels": f"The label '{label[:20]}…' exceeds the limit of 255 characters."}
    return {}


def _description(jira: Jira, fields: dict[str, Any]) -> dict[str, str]:
    description = fields.get("description", "")
    if jira.cloud and not is_document(description):
        return {"description": "Operation value must be an Atlassian Document (see the Atlassian Document Format)"}
    if not jira.cloud and not isinstance(description, str):
        return {"description": "Operation value must be a string"}
    text = json.dumps(description, ensure_ascii=False) if jira.cloud else description
    if len(text) > _LONGEST:
        return {"description": "The entered text is too long. It exceeds the allowed limit of 32,767 characters."}
    return {}
