"""*Template done*: in the owner's word, with a reason or a link, the change is in the infrastructure code too."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from bot.model.case import FindingState
from bot.response.ask_back import once_more, reason_of, view_of, with_form
from bot.response.asked import Asked, Desk, Outcome
from bot.store.tables import finding
from bot.views.forms import template_done_form


async def template_done(asked: Asked, desk: Desk) -> Asked:
    """Mitigated becomes fixed."""
    form = template_done_form(await view_of(asked, desk), str(asked.arguments["offer"]))
    if not asked.submitted and not asked.inputs:
        return with_form(asked, form)
    reason = reason_of(asked)
    if not reason:
        return once_more(asked, form, "say what makes it lasting: a link to the merged change, or a sentence")
    await desk.connection.execute(
        sa.update(finding)
        .where(finding.c.case_id == asked.case["id"], finding.c.state == FindingState.MITIGATED.value)
        .values(state=FindingState.RESOLVED.value, reason="template done", resolved_at=asked.now)
    )
    changes = {"mitigated_findings": 0}
    return replace(
        asked,
        outcome=Outcome.DONE,
        changes=changes,
        line=f"says the template is done: {reason}",
        detail={"reason": reason},
    )
