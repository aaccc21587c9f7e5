"""A case's states, what they follow from, and which moves are allowed. No I/O and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands, as people read it."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"  # someone is on it
    SNOOZED = "snoozed"
    ACCEPTED = "accepted"  # the risk, in writing, until a date
    FIXING = "fixing"  # a run is under way
    MITIGATED = "mitigated"  # safe at run time
    FIXED = "fixed"  # safe in the template too
    REGRESSED = "regressed"  # came back


class FindingState(StrEnum):
    OPEN = "open"
    MITIGATED = "mitigated"  # by a run of ours, proved by reading the target back
    RESOLVED = "resolved"  # its tool no longer sees it, or the template is done
    SUPPRESSED = "suppressed"  # never asked for a person; the reason stands beside it


class Decision(StrEnum):
    """What a person decided about an open case."""

    NONE = ""
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    ACCEPTED = "accepted"


LIVED_WITH = frozenset({Decision.SNOOZED, Decision.ACCEPTED})  # until a time, and while the facts stay as they were

_S = CaseState
_UNFIXED = frozenset({_S.OPEN, _S.ACKNOWLEDGED, _S.SNOOZED, _S.ACCEPTED, _S.REGRESSED})

# From each state, where a case may go. A move that is not here is a bug and stops.
MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    _S.OPEN: (_UNFIXED - {_S.OPEN}) | {_S.FIXING, _S.MITIGATED, _S.FIXED},
    _S.ACKNOWLEDGED: (_UNFIXED - {_S.ACKNOWLEDGED}) | {_S.FIXING, _S.MITIGATED, _S.FIXED},
    _S.SNOOZED: (_UNFIXED - {_S.SNOOZED}) | {_S.FIXING, _S.MITIGATED, _S.FIXED},
    _S.ACCEPTED: (_UNFIXED - {_S.ACCEPTED}) | {_S.FIXING, _S.MITIGATED, _S.FIXED},
    _S.REGRESSED: (_UNFIXED - {_S.REGRESSED}) | {_S.FIXING, _S.MITIGATED, _S.FIXED},
    _S.FIXING: _UNFIXED | {_S.MITIGATED, _S.FIXED},
    # A mitigated case opens again only by our own undo, or as regressed; never quietly.
    _S.MITIGATED: frozenset({_S.OPEN, _S.ACKNOWLEDGED, _S.FIXING, _S.FIXED, _S.REGRESSED}),
    # What its tool lost sight of and sees again is lived with as before, where somebody signed for that.
    _S.FIXED: frozenset({_S.REGRESSED, _S.FIXING, _S.OPEN, _S.ACKNOWLEDGED, _S.SNOOZED, _S.ACCEPTED, _S.MITIGATED}),
}

TERMINAL = frozenset({CaseState.FIXED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a case's state follows from."""

    open_findings: int
    mitigated_findings: int
    decision: Decision
    regressed: bool
    running: bool


def derive(standing: Standing) -> CaseState:
    """The state that follows from the findings and what people decided about them."""
    if standing.running:
        return CaseState.FIXING
    if standing.open_findings == 0:
        return CaseState.MITIGATED if standing.mitigated_findings else CaseState.FIXED
    if standing.decision is Decision.SNOOZED:
        return CaseState.SNOOZED
    if standing.decision is Decision.ACCEPTED:
        return CaseState.ACCEPTED
    if standing.regressed:
        return CaseState.REGRESSED
    return CaseState.ACKNOWLEDGED if standing.decision is Decision.ACKNOWLEDGED else CaseState.OPEN


class ForbiddenMove(ValueError):
    """A case was about to make a move that is not in MOVES."""


def move(present: CaseState, standing: Standing) -> CaseState:
    """The state that follows, checked against MOVES. Raises ForbiddenMove."""
    wanted = derive(standing)
    if wanted is not present and wanted not in MOVES[present]:
        raise ForbiddenMove(f"a case cannot go from {present} to {wanted}")
    return wanted


def case_name(case_id: int) -> str:
    """The id as people write it: ``S-12``."""
    return f"S-{case_id}"


def case_number(name: str) -> int | None:
    """``S-12``, ``s12`` or ``12`` to 12; None when it is no case id."""
    digits = name.strip().upper().removeprefix("S").removeprefix("-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else None
