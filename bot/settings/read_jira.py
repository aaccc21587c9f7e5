"""``jira`` in config/suture.yaml and in each team: where tickets go, and how their fields are filled in."""

from __future__ import annotations

import re

from bot.model.priority_tables import Priority
from bot.model.ticket_mapping import WORDS, TicketMapping, unknown_words
from bot.settings.read_secret import read_secret, read_secrets
from bot.settings.section import Section
from bot.settings.units import check_address
from bot.settings.values import Jira

# What each ticket says by itself; a mapping that said otherwise would hide the ticket from us.
_OURS = ("project", "issuetype", "summary", "description", "labels", "priority")


def read_jira(section: Section) -> Jira:
    """The tracker, and the mapping that teams complete."""
    enabled = section.flag("enabled", False)
    jira = Jira(
        enabled=enabled,
        url=section.text("url", check=check_address).rstrip("/"),
        email=section.text("email"),
        api_token=read_secret(section, "api_token", resolve=enabled),
        personal_access_token=read_secret(section, "personal_access_token", resolve=enabled),
        webhook_secrets=read_secrets(section, "webhook_secrets", resolve=enabled),
        mapping=read_mapping(section, section.text("default_project", check=check_project), "Task"),
    )
    if enabled and not section.has("url"):
        section.problem("enabled", 'jira is enabled but has no "url"')
    cloud, data_center = section.has("email") and section.has("api_token"), section.has("personal_access_token")
    if enabled and cloud == data_center:
        remedy = "write email and api_token (Cloud), or personal_access_token (Data Center)"
        section.problem("enabled", "jira needs one way to sign in", remedy)
    return jira


def read_mapping(section: Section, project: str, issue_type: str = "") -> TicketMapping:
    """How tickets are filled in, as it stands in ``section``; ``issue_type`` where it names none."""
    priorities = section.section("priorities")
    named = {priority: priorities.text(priority.value) for priority in Priority}
    fields = section.values("fields")
    for name, value in fields.items():
        if name in _OURS:
            section.problem("fields", f'"{name}" is not set here', "each ticket has its own; priorities have their key")
        for word in unknown_words(value):
            section.problem("fields", f"{name}: nobody fills in {{{word}}}", f"known: {', '.join(WORDS)}")
    return TicketMapping(
        project=project,
        issue_type=section.text("issue_type", issue_type),
        change_issue_type=section.text("change_issue_type"),
        priorities={priority: name for priority, name in named.items() if name},
        fields=fields,
    )


def check_project(text: str) -> None:
    """A project is named by its key."""
    if not re.match(r"[A-Z][A-Z0-9_]+\Z", text):
        raise ValueError("write the project's key, such as PAY")
