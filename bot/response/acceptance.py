"""Signing an accepted risk, at once or after the yes of the team that policy names; and asking for that yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.approval import ApprovalState
from bot.model.case import Decision
from bot.model.levels import Level
from bot.model.person import Team
from bot.response.approval import whom_to_call
from bot.response.ask_back import invalid
from bot.response.asked import Asked, Desk, Outcome
from bot.store.approvals import waiting_of
from bot.store.known_then import keep_known, known_now
from bot.store.tables import acceptance, approval
from bot.triage.rules import priority_of
from bot.views.times import at_minute

KIND = "acceptance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is signed: why, what is done instead (compensating control, "" for nothing), until when."""

    reason: str
    control: str
    until: datetime

    def stored(self) -> dict[str, str]:
        return {"reason": self.reason, "control": self.control, "until": self.until.isoformat()}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Terms:
        until = datetime.fromisoformat(stored["until"])
        return cls(reason=stored["reason"], control=stored["control"], until=until)


async def sign(asked: Asked, desk: Desk, terms: Terms, *, signer: str, approved_by: str = "") -> Asked:
    """From now on the risk is accepted, on the facts of today; an acceptance that held before ends as renewed."""
    renewed = await desk.connection.execute(
        sa.update(acceptance)
        .where(acceptance.c.case_id == asked.case["id"], acceptance.c.ended_at.is_(None))
        .values(ended_at=asked.now, end_reason=f"renewed by {signer}")
    )
    row = {"case_id": asked.case["id"], "person": signer, "approved_by": approved_by, "at": asked.now}
    row |= {"reason": terms.reason, "control": terms.control, "until": terms.until}
    await desk.connection.execute(acceptance.insert(), [row])
    known = await known_now(desk.connection, asked.case["id"])
    await keep_known(desk.connection, asked.case["id"], known, asked.now)
    verb = "renewed the acceptance of" if renewed.rowcount else "accepted"
    instead = f" Instead: {terms.control}" if terms.control else ""
    line = f"{verb} the risk until {terms.until.date()}: {terms.reason}{instead}"
    changes = {"decision": Decision.ACCEPTED.value, "until": terms.until}
    return replace(
        asked, outcome=Outcome.DONE, changes=changes, line=line, detail=terms.stored() | {"known": known.words()}
    )


async def ask_for(asked: Asked, desk: Desk, terms: Terms, team: Team) -> Asked:
    """The signature needs a yes of this team; until it is there the case stays as it is."""
    assert asked.person is not None
    if await waiting_of(desk.connection, asked.case["id"]) is not None:
        return invalid(asked, "this case waits for an approval already; withdraw it first, or let it be given")
    priority = priority_of(asked.case["priority"])
    expires = asked.now + desk.settings.policy.approval_lasts[priority]
    known = await known_now(desk.connection, asked.case["id"])
    why = f"acceptance_approved_by in config/policy.yaml, for what is {priority.value}"
    row = {
        "id": f"approval-{desk.new_id()}",
        "case_id": asked.case["id"],
        "kind": KIND,
        "subject": f"{KIND}-{asked.key}",
        "level": int(Level.L2),
        "team": team.id,
        "asked": terms.stored() | {"known": known.stored()},
        "why": why,
        "requester": asked.person.id,
        "state": ApprovalState.WAITING.value,
        "at": asked.now,
        "expires_at": expires,
    }
    await desk.connection.execute(approval.insert(), [row])
    line = (
        f"asks to accept the risk until {terms.until.date()}: {terms.reason} "
        f"It needs the yes of someone of {team.name} until {at_minute(expires)}."
    )
    detail = terms.stored() | {"approval": row["id"]}
    calls = whom_to_call(asked, desk, "", team.id)
    return replace(asked, outcome=Outcome.DONE, line=line, detail=detail, calls=calls)
