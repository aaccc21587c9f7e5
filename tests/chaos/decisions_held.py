"""What people asked for, held against the trail and the threads: nothing lost, nothing done unasked, nobody alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tests.chaos.evidence import Card, Evidence
from tests.chaos.house import NAMES, TWO
from tests.chaos.thread import dropped, said_by
from tests.chaos.trail import Run, decided, questions_of


def _asked(seen: Evidence, *, sure: bool) -> Counter[tuple[str, str, str]]:
    return Counter((each.target, each.act, each.by) for each in seen.notes if each.sure or not sure)


def lost(seen: Evidence) -> Iterator[str]:
    """Acknowledged, and not in the trail; and what was answered with no word at all."""
    known = decided(seen.trail)
    for asked, times in _asked(seen, sure=True).items():
        if known[asked] < times:
            yield f"{_named(asked)}: {times} acknowledged, {known[asked]} in the trail"
    yield from (f"{_named((each.target, each.act, each.by))}: no word" for each in seen.notes if each.mute)


def unasked(seen: Evidence) -> Iterator[str]:
    """In the trail oftener than anybody asked for it."""
    asked = _asked(seen, sure=False)
    acts = {act for _, act, _ in asked}
    for key, times in decided(seen.trail).items():
        if key[1] in acts and times > asked[key]:
            yield f"{_named(key)}: asked {asked[key]} times, {times} in the trail"


def _named(asked: tuple[str, str, str]) -> str:
    target, act, by = asked
    return f"{act} on {target} by {by}"


def unsaid(seen: Evidence, cards: Mapping[str, Card]) -> Iterator[str]:
    """A decision is a record and a line of the thread, by the same person."""
    done = Counter((each["target"], each["who"]) for each in seen.trail if each["outcome"] == "done")
    for case, card in cards.items():
        for person, name in NAMES.items():
            said, times = said_by(card, name), done[(case, person)]
            if said > times or (said < times and not dropped(card)):
                yield f"{case}: {name} decided {times} times, {said} said"


def alone(seen: Evidence, names: Mapping[str, Card | None], runs: Mapping[str, Run]) -> Iterator[str]:
    """Where two are needed: a run by one voice, or a hole that was closed without any run by two."""
    for name, hole in seen.holes.items():
        card = names[name]
        if hole.environment != TWO or card is None:
            continue
        applied = [run for run in runs.values() if run.case == card.case and run.kind == "apply"]
        approved = {each["detail"]["run"]: each["who"] for each in seen.trail if _gives(each, card.case)}
        for run in applied:
            if approved.get(run.id) in (None, run.requester) or not set(run.approvers) - {run.requester}:
                yield run.id
        if seen.revoked.get(hole.group) and not approved:
            yield f"{name}: closed, and nobody said yes"


def _gives(record: Mapping[str, object], case: str) -> bool:
    detail = record["detail"]
    assert isinstance(detail, Mapping)
    return (record["act"], record["target"], record["outcome"]) == ("approve", case, "done") and bool(detail.get("run"))


def by_themselves(seen: Evidence) -> Iterator[str]:
    """A question that was answered with yes by who asked it; a no takes it back, and harms nobody."""
    for question in questions_of(seen.trail).values():
        if question.requester in question.yes:
            yield f"{question.id}: answered by who asked"
