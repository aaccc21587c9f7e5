"""Whatever a batch brings, a case has a state to go to: a move that is forbidden would refuse the whole delivery."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from bot.model.case import LIVED_WITH, CaseState, Decision, Standing, derive, move
from bot.model.ownership import Owner
from bot.triage.batch import CaseWork

_YES_NO = (False, True)


def rows() -> Iterator[dict[str, Any]]:
    """Every case as it may stand: with at most two findings, whatever was decided."""
    ways = itertools.product(range(3), range(3), Decision, _YES_NO, _YES_NO)
    for opened, mitigated, decision, regressed, running in ways:
        standing = Standing(opened, mitigated, decision, regressed and opened > 0, running)
        state = derive(standing)
        if state is CaseState.MITIGATED and decision in LIVED_WITH:
            continue  # what was made safe is lived with no more
        yield {
            "state": state.value,
            "decision": decision.value,
            "open_findings": opened,
            "mitigated_findings": mitigated,
            "regressed": standing.regressed,
            "running": "run-1" if running else "",
        }


def works() -> Iterator[CaseWork]:
    """Each of them with every change of its findings."""
    for row in rows():
        for opened, mitigated, back, lifted in itertools.product(range(-2, 3), range(-2, 3), _YES_NO, ("", "exposed")):
            left = row["open_findings"] + opened, row["mitigated_findings"] + mitigated
            if min(left) < 0 or (lifted and Decision(row["decision"]) not in LIVED_WITH):
                continue
            work = CaseWork(key=("", "", ""), owner=Owner("", ""), kind="", title="", before=row)
            work.opened, work.mitigated, work.lifted = opened, mitigated, lifted
            work.came_back = back and opened > 0 and row["state"] in ("fixed", "mitigated")
            yield work


def test_no_batch_asks_for_a_forbidden_move() -> None:
    checked = 0
    for work in works():
        move(work.state, work.standing)
        checked += 1
    assert checked > 5_000


def test_what_is_lived_with_never_opens_by_itself() -> None:
    for work in works():
        if work.kept and not work.standing.running:
            assert derive(work.standing) in (CaseState.SNOOZED, CaseState.ACCEPTED)
            assert not work.back
