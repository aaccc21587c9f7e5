"""Whom a re-reading leaves in peace: what people were told already changes its card, and nothing is said again."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from bot.store.history import Line
from bot.triage.batch import Batch, CaseKey, CaseWork, Change, Item


def hushed_cases(batch: Batch) -> Set[CaseKey]:
    """The cases of a re-reading, and of what follows from it, in which nothing opened; none of what just came in."""
    if not (batch.reread or batch.quietly):
        return frozenset()
    return batch.cases.keys() - {item.case.key for item in batch.items if item.case and _opens(item)}


def _opens(item: Item) -> bool:
    return item.reopened_by_word or item.change in (Change.NEW, Change.REOPENED)


def hushed_lines(work: CaseWork, lines: Sequence[Line]) -> list[Line]:
    """The lines for the case's page only; that somebody's snooze or acceptance ended by it is news to them."""
    return [line if work.lifted and line.aloud else replace(line, aloud=False, quiet=True) for line in lines]
