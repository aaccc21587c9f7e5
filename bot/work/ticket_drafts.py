"""What a new ticket is to say, from the case or the run that it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import case_name
from bot.model.case_view import CaseView
from bot.model.ticket_mapping import filled_in
from bot.response.viewing import Viewer
from bot.settings import Settings
from bot.store import runs
from bot.store.approvals import voices_of_plan
from bot.store.db import Store
from bot.store.reviews import review_by_id
from bot.store.tables import cases
from bot.views.change_record import RunRecord, change_paragraphs, change_summary
from bot.views.review import ReviewRecord, review_paragraphs, review_summary
from bot.views.ticket import ticket_paragraphs, ticket_summary, ticket_words
from connectors.contract.failure import NeedsHuman
from connectors.contract.fix import Fix, Plan
from connectors.contract.ticket import TicketDraft

_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


class Drafts:
    """Writes drafts."""

    def __init__(self, store: Store, settings: Settings, fixes: Mapping[str, Fix], view: Viewer) -> None:
        self._store = store
        self._settings = settings
        self._fixes = fixes
        self._view = view

    async def of(self, row: Any) -> TicketDraft:
        """The draft of one ticket row. Raises NeedsHuman when what it is for is gone."""
        if row.kind == "review":
            return await self._review(row)
        return await (self._change(row) if row.kind == "change" else self._case(row))

    async def _case(self, row: Any) -> TicketDraft:
        async with self._store.write() as connection:
            seen = await self._view(connection, row.case_id)
        if seen is None:
            raise NeedsHuman(f"the case {case_name(row.case_id)} is gone")
        view: CaseView = seen[0]
        mapping = self._settings.ticket_mapping(view.owner)
        return TicketDraft(
            key=view.name,
            project=row.project,
            issue_type=row.issue_type,
            summary=ticket_summary(view),
            paragraphs=ticket_paragraphs(view),
            link=view.link,
            priority=mapping.priorities.get(view.priority, ""),
            labels=("suture",),
            fields=filled_in(mapping.fields, ticket_words(view)),
        )

    async def _change(self, row: Any) -> TicketDraft:
        async with self._store.read() as connection:
            record = await self.record(connection, row.subject)
        return TicketDraft(
            key=record.id,
            project=row.project,
            issue_type=row.issue_type,
            summary=change_summary(record),
            paragraphs=change_paragraphs(record),
            link=self.link(record.case),
            labels=("suture", "suture-change"),
        )

    async def _review(self, row: Any) -> TicketDraft:
        async with self._store.read() as connection:
            owed = await review_by_id(connection, row.subject)
            if owed is None:
                raise NeedsHuman(f"{row.subject} is gone")
            run = await self.record(connection, owed.run_id)
        page = f"{self._settings.public_url.rstrip('/')}/audit?case={run.case}"
        record = ReviewRecord(person=self._name(owed.person), reason=owed.reason, at=owed.at, run=run, page=page)
        return TicketDraft(
            key=row.subject,
            project=row.project,
            issue_type=row.issue_type,
            summary=review_summary(record),
            paragraphs=review_paragraphs(record),
            link=self.link(run.case),
            labels=("suture", "suture-review"),
        )

    def link(self, case: str) -> str:
        """The live case."""
        return f"{self._settings.public_url.rstrip('/')}/cases/{case}"

    async def record(self, connection: AsyncConnection, run_id: str) -> RunRecord:
        """One run as its record tells it. Raises NeedsHuman when it is gone."""
        run = await runs.run_by_id(connection, run_id)
        if run is None:
            raise NeedsHuman(f"the run {run_id} is gone")
        targets = await runs.targets_of(connection, run_id)
        title = (await connection.execute(sa.select(cases.c.title).where(cases.c.id == run.case_id))).scalar() or ""
        evidence = [f"{each.target}: {fact['text']}" for each in targets for fact in each.evidence or []]
        return RunRecord(
            id=run.id,
            case=case_name(run.case_id),
            case_title=title,
            title=self._fixes[run.fix].title if run.fix in self._fixes else run.fix,
            kind=run.kind,
            requester=self._name(run.person) if run.person else "the policy itself",
            allowed_by=run.allowed_by,
            approvers=tuple(self._name(each) for each in await voices_of_plan(connection, run.plan_id)),
            opens=run.opens_at,
            began=run.at,
            ended=run.finished_at,
            state=run.state,
            reason=run.reason,
            plans=tuple(_PLAN.validate_python(each.plan) for each in targets),
            evidence=tuple(evidence),
        )

    def _name(self, person_id: str) -> str:
        person = self._settings.people.person(person_id)
        return person.name if person else person_id
