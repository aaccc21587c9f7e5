"""What was promised, held against what the outside saw: the senders' 2xx, the people's acknowledged presses and words,
the fake Slack, the cloud, the fake Jira, and the audit trail as a person takes it away.

Pure: it reads no database of Suture's, and it is tested with evidence that was doctored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from tests.chaos.evidence import Card, Evidence
from tests.chaos.house import NAMES, TWO
from tests.chaos.thread import dropped, ended_in, said_by, taken_out
from tests.chaos.trail import Run, chain_breaks, decided, freezes_of, questions_of, runs_of, unreasoned

_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The names behind each broken promise; all empty is what was promised."""

    alerts_lost: tuple[str, ...]
    messages_doubled: tuple[str, ...]
    asked_and_lost: tuple[str, ...]  # acknowledged, and not in the trail
    done_more_than_asked: tuple[str, ...]  # in the trail oftener than anybody asked for it
    not_said_once: tuple[str, ...]  # decided, and not said exactly once in the thread
    refused_without_reason: tuple[str, ...]
    approvals_completed_twice: tuple[str, ...]
    run_without_second_voice: tuple[str, ...]
    runs_begun_twice: tuple[str, ...]
    runs_vanished: tuple[str, ...]
    runs_ended_twice: tuple[str, ...]
    runs_said_late: tuple[str, ...]
    cloud_changed_too_often: tuple[str, ...]
    cloud_differs: tuple[str, ...]
    tickets_lost: tuple[str, ...]
    tickets_doubled: tuple[str, ...]
    freezes_differ: tuple[str, ...]
    trail_broken: tuple[str, ...]

    @property
    def broken(self) -> Mapping[str, tuple[str, ...]]:
        """Each broken promise by its name."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: names for name, names in found.items() if names}

    @property
    def holds(self) -> bool:
        return not self.broken


def check(seen: Evidence, within: float = _MINUTE) -> Verdict:
    """Hold the promises against the evidence; ``within`` so many seconds of a start each run's end must be said."""
    names = {name: _card(seen.cards, name) for name in (*seen.accepted, *seen.holes)}
    cards = {card.case: card for card in seen.cards}
    runs, questions = runs_of(seen.trail), questions_of(seen.trail)
    of_case = {case: [run for run in runs.values() if run.case == case] for case in cards}
    vanished = {run.id for case, card in cards.items() for run in _unended(of_case[case], card)}
    tickets = {name: sum(_says(summary, name) for summary in seen.tickets) for name in seen.accepted}
    return Verdict(
        alerts_lost=_sorted(name for name in seen.accepted if names[name] is None),
        messages_doubled=_sorted(case for case, count in Counter(c.case for c in seen.cards).items() if count > 1),
        asked_and_lost=_sorted(_lost(seen)),
        done_more_than_asked=_sorted(_unasked(seen)),
        not_said_once=_sorted(_unsaid(seen, cards)),
        refused_without_reason=unreasoned(seen.trail),
        approvals_completed_twice=_sorted(each.id for each in questions.values() if len(each.ends) > 1),
        run_without_second_voice=_sorted({*_alone(seen, names, runs), *_by_themselves(seen)}),
        runs_begun_twice=_sorted(run.id for run in runs.values() if run.begun > 1),
        runs_vanished=_sorted(vanished),
        runs_ended_twice=_sorted(run.id for run in runs.values() if len(run.ended) > 1 or not run.begun),
        runs_said_late=_sorted(_late(seen, cards, of_case, within)),
        cloud_changed_too_often=_sorted(_too_often(seen, names, of_case)),
        cloud_differs=_sorted(_differs(seen, names, of_case)),
        tickets_lost=_sorted(name for name in _ticketed(seen, names) if not tickets.get(name)),
        tickets_doubled=_sorted(name for name, count in tickets.items() if count > 1),
        freezes_differ=() if freezes_of(seen.trail) == seen.freezes else (f"{seen.freezes} hold",),
        trail_broken=chain_breaks(seen.trail),
    )


def _sorted(names: Iterator[str] | Sequence[str] | set[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def _says(words: str, name: str) -> bool:
    """Names end in a full stop in what is written, so that chaos-1 is not found in chaos-12."""
    return f"{name}." in words


def _card(cards: Sequence[Card], name: str) -> Card | None:
    return next((card for card in cards if _says(card.words, name)), None)


def _asked(seen: Evidence, *, sure: bool) -> Counter[tuple[str, str, str]]:
    return Counter((each.target, each.act, each.by) for each in seen.notes if each.sure or not sure)


def _lost(seen: Evidence) -> Iterator[str]:
    known = decided(seen.trail)
    for asked, times in _asked(seen, sure=True).items():
        if known[asked] < times:
            yield f"{_named(asked)}: {times} acknowledged, {known[asked]} in the trail"
    yield from (f"{_named((each.target, each.act, each.by))}: no word" for each in seen.notes if each.mute)


def _unasked(seen: Evidence) -> Iterator[str]:
    asked = _asked(seen, sure=False)
    acts = {act for _, act, _ in asked}
    for key, times in decided(seen.trail).items():
        if key[1] in acts and times > asked[key]:
            yield f"{_named(key)}: asked {asked[key]} times, {times} in the trail"


def _named(asked: tuple[str, str, str]) -> str:
    target, act, by = asked
    return f"{act} on {target} by {by}"


def _unsaid(seen: Evidence, cards: Mapping[str, Card]) -> Iterator[str]:
    """A decision is a record and a line of the thread, by the same person."""
    done = Counter((each["target"], each["who"]) for each in seen.trail if each["outcome"] == "done")
    for case, card in cards.items():
        for person, name in NAMES.items():
            said, times = said_by(card, name), done[(case, person)]
            if said > times or (said < times and not dropped(card)):
                yield f"{case}: {name} decided {times} times, {said} said"


def _alone(seen: Evidence, names: Mapping[str, Card | None], runs: Mapping[str, Run]) -> Iterator[str]:
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


def _by_themselves(seen: Evidence) -> Iterator[str]:
    """A question that was answered with yes by who asked it; a no takes it back, and harms nobody."""
    for question in questions_of(seen.trail).values():
        if question.requester in question.yes:
            yield f"{question.id}: answered by who asked"


def _unended(runs: Sequence[Run], card: Card) -> list[Run]:
    """Runs of a case that did not end, except as many as were taken out of the queue; and ends that were not said."""
    left = [run for run in runs if not run.ended and not run.off]
    told, known = Counter(kind for _, kind in ended_in(card)), Counter(end for run in runs for end in run.ended)
    unsaid = [run for run in runs if run.ended and not dropped(card) and told[run.ended[0]] < known[run.ended[0]]]
    return left[taken_out(card) :] + unsaid


def _in_order(runs: Sequence[Run]) -> list[Run]:
    """Those that ended, as they ended."""
    return sorted((run for run in runs if run.ended), key=lambda run: run.last)


def _late(
    seen: Evidence, cards: Mapping[str, Card], of_case: Mapping[str, Sequence[Run]], within: float
) -> Iterator[str]:
    """From when it was let loose, or from the last start before its end was said, whichever is later."""
    for case, runs in of_case.items():
        for run, (at, _) in zip(_in_order(runs), ended_in(cards[case]), strict=False):
            begun = run.at.timestamp() if run.at else 0.0
            start = max((start for start in seen.starts if start <= at), default=begun)
            if at - max(start, begun) > within:
                yield f"{run.id}: {at - max(start, begun):.0f} s"


def _too_often(seen: Evidence, names: Mapping[str, Card | None], of_case: Mapping[str, Sequence[Run]]) -> Iterator[str]:
    """Each run changes its group once, whatever killed it in between."""
    for name, hole in seen.holes.items():
        card = names[name]
        kinds = Counter(run.kind for run in of_case[card.case]) if card is not None else Counter[str]()
        for did, kind in ((seen.revoked, "apply"), (seen.restored, "undo")):
            if did.get(hole.group, 0) > kinds[kind]:
                yield f"{hole.group}: {did[hole.group]} times by {kinds[kind]} runs ({kind})"


def _differs(seen: Evidence, names: Mapping[str, Card | None], of_case: Mapping[str, Sequence[Run]]) -> Iterator[str]:
    """The last run that ended well says how the group stands; where none did, nobody has touched it."""
    for name, hole in seen.holes.items():
        card = names[name]
        runs = of_case[card.case] if card is not None else ()
        ends = [run.ended[0] for run in _in_order(runs) if run.ended[0] != "cancelled"]
        last = ends[-1] if ends else "undone"
        stands = "undone" if hole.group in seen.still_open else "done"
        if last in ("done", "undone") and last != stands:
            yield f"{hole.group}: said to be {last}, and is {'open' if stands == 'undone' else 'closed'}"


def _ticketed(seen: Evidence, names: Mapping[str, Card | None]) -> Iterator[str]:
    wanted = {each["target"] for each in seen.trail if (each["act"], each["outcome"]) == ("ticket", "done")}
    return (name for name, card in names.items() if card is not None and card.case in wanted)
