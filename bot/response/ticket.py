"""*Open ticket*: one Jira issue a case, whatever fails in between."""

from __future__ import annotations

from dataclasses import replace

from bot.model.case import case_name
from bot.response.ask_back import invalid
from bot.response.asked import Asked, Desk, Outcome
from bot.store.ticket_wanted import want_ticket

NO_TICKET = ("failed", "gone")  # states in which another one may be asked for


async def ticket(asked: Asked, desk: Desk) -> Asked:
    """Want a ticket; the work that creates it starts with this transaction."""
    assert asked.person is not None
    mapping = desk.settings.ticket_mapping(asked.case["owner"])
    if not desk.settings.jira.enabled or not mapping.project:
        return invalid(asked, "no ticket can be opened: set jira in config/suture.yaml, with a default_project")
    is_new = await want_ticket(
        desk.connection,
        desk.engine,
        subject=case_name(asked.case["id"]),
        case_id=asked.case["id"],
        project=mapping.project,
        issue_type=mapping.issue_type,
        person=asked.person.id,
        at=asked.now,
    )
    if not is_new:
        return invalid(asked, "a ticket was already asked for; it is on the card once Jira has answered")
    project = mapping.project
    return replace(asked, outcome=Outcome.DONE, line=f"asked for a ticket in {project}.", detail={"project": project})
