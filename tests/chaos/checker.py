"""What was promised, held against what the outside saw: the senders' 2xx, the people's acknowledged presses and words,
the fake Slack, the cloud, the fake Jira, and the audit trail as a person takes it away.

Pure: it reads no database of Suture's, and it is tested with evidence that was doctored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from tests.chaos.decisions_held import alone, by_themselves, lost, unasked, unsaid
from tests.chaos.evidence import Card, Evidence
from tests.chaos.runs_held import differs, late, too_often, unended
from tests.chaos.trail import chain_breaks, freezes_of, questions_of, runs_of, unreasoned

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
    vanished = {run.id for case, card in cards.items() for run in unended(of_case[case], card)}
    tickets = {name: sum(_says(summary, name) for summary in seen.tickets) for name in seen.accepted}
    return Verdict(
        alerts_lost=_sorted(name for name in seen.accepted if names[name] is None),
        messages_doubled=_sorted(case for case, count in Counter(c.case for c in seen.cards).items() if count > 1),
        asked_and_lost=_sorted(lost(seen)),
        done_more_than_asked=_sorted(unasked(seen)),
        not_said_once=_sorted(unsaid(seen, cards)),
        refused_without_reason=unreasoned(seen.trail),
        approvals_completed_twice=_sorted(each.id for each in questions.values() if len(each.ends) > 1),
        run_without_second_voice=_sorted({*alone(seen, names, runs), *by_themselves(seen)}),
        runs_begun_twice=_sorted(run.id for run in runs.values() if run.begun > 1),
        runs_vanished=_sorted(vanished),
        runs_ended_twice=_sorted(run.id for run in runs.values() if len(run.ended) > 1 or not run.begun),
        runs_said_late=_sorted(late(seen, cards, of_case, within)),
        cloud_changed_too_often=_sorted(too_often(seen, names, of_case)),
        cloud_differs=_sorted(differs(seen, names, of_case)),
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


def _ticketed(seen: Evidence, names: Mapping[str, Card | None]) -> Iterator[str]:
    wanted = {each["target"] for each in seen.trail if (each["act"], each["outcome"]) == ("ticket", "done")}
    return (name for name, card in names.items() if card is not None and card.case in wanted)
