"""*Open ticket*: one Jira issue a case, whatever fails in between."""

from __future__ import annotations

from dataclasses import replace

from bot.response.ask_back import invalid
from bot.response.asked import Asked, Desk, Outcome
from bot.store.tables import ticket as tickets
from bot.store.upsert import insert

CREATE = "tickets.create"


async def ticket(asked: Asked, desk: Desk) -> Asked:
    """Want a ticket; the work that creates it starts with this transaction."""
    assert asked.person is not None
    mapping = desk.settings.ticket_mapping(asked.case["owner"])
    project = mapping.project
    if not desk.settings.jira.enabled or not project:
        return invalid(asked, "no ticket can be opened: set jira in config/suture.yaml, with a default_project")
    statement = (
        insert(desk.connection, tickets)
        .values(
            case_id=asked.case["id"],
            state="wanted",
            project=project,
            issue_type=mapping.issue_type,
            person=asked.person.id,
            at=asked.now,
        )
        .on_conflict_do_nothing()
        .returning(tickets.c.case_id)
    )
    if (await desk.connection.execute(statement)).scalar() is None:
        return invalid(asked, "a ticket was already asked for; it is on the card once Jira has answered")
    await desk.engine.enqueue(desk.connection, CREATE, asked.case["id"], key=f"ticket-{asked.case['id']}")
    return replace(asked, outcome=Outcome.DONE, line=f"asked for a ticket in {project}.", detail={"project": project})
