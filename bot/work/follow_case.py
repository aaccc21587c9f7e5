"""A case's ticket follows it: its place in the workflow, its assignee and due date, and what happened, in comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from bot.model.case import CaseState
from bot.model.tracker_person import as_tracker_person
from bot.settings import Settings
from bot.store.cases import case_by_id
from bot.store.db import Store
from bot.store.tickets import untold_lines
from bot.views.ticket import Said, remark_paragraphs
from bot.work.ticket_drafts import Drafts
from bot.work.ticket_turn import Turn
from bot.work.ticket_words import TicketWords
from connectors.contract.failure import NeedsHuman
from connectors.contract.ticket import Category, Remark, TrackerPerson

log = structlog.get_logger()

Answer = TypeVar("Answer")

# Where a ticket belongs while its case is in that state, the dearest first. Snoozed and accepted say nothing of it.
CATEGORIES: dict[CaseState, tuple[Category, ...]] = {
    CaseState.OPEN: (Category.NEW, Category.UNDERWAY),
    CaseState.REGRESSED: (Category.NEW, Category.UNDERWAY),
    CaseState.ACKNOWLEDGED: (Category.UNDERWAY,),
    CaseState.FIXING: (Category.UNDERWAY,),
    CaseState.MITIGATED: (Category.UNDERWAY,),  # the template is still to be done
    CaseState.FIXED: (Category.DONE,),
}


class FollowCase:
    """The parts of one turn, each for itself."""

    def __init__(self, store: Store, settings: Settings, drafts: Drafts, words: TicketWords) -> None:
        self._store = store
        self._people = settings.people
        self._drafts = drafts
        self._words = words
        self.parts = (self.move, self.assign, self.set_due, self.say)

    async def _case(self, turn: Turn) -> Any:
        async with self._store.read() as connection:
            return await case_by_id(connection, turn.row.case_id)

    async def move(self, turn: Turn) -> None:
        """To where the case's state belongs; only when that is new, so that people may move the ticket as they like."""
        case = await self._case(turn)
        if case["state"] == turn.row.told_state:
            return
        state = CaseState(case["state"])
        wanted = CATEGORIES.get(state, ())
        moved_away = case["total_findings"] == 0
        if not wanted or moved_away or case["claimed_at"] is not None:
            await turn.record(told_state=state.value)
            return
        now = await turn.ask(turn.tracker.move, wanted)
        await turn.record(told_state=state.value, category=now.value if now else "")
        if now not in wanted:
            await self._words.stays(turn.row, state)

    async def assign(self, turn: Turn) -> None:
        """Whoever took the case, where the tracker knows them."""
        case = await self._case(turn)
        if case["assignee"] == turn.row.told_assignee:
            return
        person = self._people.person(case["assignee"])
        wanted = as_tracker_person(person) if person else None
        has_it: TrackerPerson | None = None
        if wanted is not None or not case["assignee"]:
            has_it = await self._if_allowed(turn, turn.tracker.assign, wanted)
        seen = {"seen_assignee": has_it.id} if has_it is not None else {}
        await turn.record(told_assignee=case["assignee"], **seen)

    async def set_due(self, turn: Turn) -> None:
        """The day on which the case is due."""
        case = await self._case(turn)
        if case["due_at"] == turn.row.told_due:
            return
        if case["state"] != CaseState.FIXED.value:
            due = case["due_at"].date() if case["due_at"] else None
            await self._if_allowed(turn, turn.tracker.set_due, due)
        await turn.record(told_due=case["due_at"], policy_due=None)

    async def _if_allowed(self, turn: Turn, call: Callable[..., Answer], wanted: object) -> Answer | None:
        """A project may have no due date on its screens, and our account no right to assign: the comments say both."""
        try:
            return await turn.ask(call, wanted)
        except NeedsHuman as failure:
            log.info("Jira does not take it", ticket=turn.row.key, problem=str(failure))
            return None

    async def say(self, turn: Turn) -> None:
        """One comment for everything that happened since the last one."""
        told = turn.row.told_history
        lost = await turn.lost()
        if lost:
            told = int(lost.rpartition("/")[2])
            await turn.record(sending="", told_history=told)
        async with self._store.read() as connection:
            lines = await untold_lines(connection, turn.row.case_id, told)
        if not lines:
            return
        names = {each.id: each.name for each in self._people.people}
        said = [Said(each.at, names.get(each.who, each.who), each.text, each.link) for each in lines]
        subject, last = turn.row.subject, lines[-1].id
        await turn.say(Remark(f"{subject}/{last}", remark_paragraphs(said), self._drafts.link(subject)))
        await turn.record(sending="", told_history=last)
