"""The runs of the trail, held against the threads, the clock and the cloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tests.chaos.evidence import Card, Evidence
from tests.chaos.thread import dropped, ended_in, taken_out
from tests.chaos.trail import Run


def unended(runs: Sequence[Run], card: Card) -> list[Run]:
    """Runs of a case that did not end, except as many as were taken out of the queue; and ends that were not said."""
    left = [run for run in runs if not run.ended and not run.off]
    told, known = Counter(kind for _, kind in ended_in(card)), Counter(end for run in runs for end in run.ended)
    unsaid = [run for run in runs if run.ended and not dropped(card) and told[run.ended[0]] < known[run.ended[0]]]
    return left[taken_out(card) :] + unsaid


def _in_order(runs: Sequence[Run]) -> list[Run]:
    """Those that ended, as they ended."""
    return sorted((run for run in runs if run.ended), key=lambda run: run.last)


def late(
    seen: Evidence, cards: Mapping[str, Card], of_case: Mapping[str, Sequence[Run]], within: float
) -> Iterator[str]:
    """From when it was let loose, or from the last start before its end was said, whichever is later."""
    for case, runs in of_case.items():
        for run, (at, _) in zip(_in_order(runs), ended_in(cards[case]), strict=False):
            begun = run.at.timestamp() if run.at else 0.0
            start = max((start for start in seen.starts if start <= at), default=begun)
            if at - max(start, begun) > within:
                yield f"{run.id}: {at - max(start, begun):.0f} s"


def too_often(seen: Evidence, names: Mapping[str, Card | None], of_case: Mapping[str, Sequence[Run]]) -> Iterator[str]:
    """Each run changes its group once, whatever killed it in between."""
    for name, hole in seen.holes.items():
        card = names[name]
        kinds = Counter(run.kind for run in of_case[card.case]) if card is not None else Counter[str]()
        for did, kind in ((seen.revoked, "apply"), (seen.restored, "undo")):
            if did.get(hole.group, 0) > kinds[kind]:
                yield f"{hole.group}: {did[hole.group]} times by {kinds[kind]} runs ({kind})"


def differs(seen: Evidence, names: Mapping[str, Card | None], of_case: Mapping[str, Sequence[Run]]) -> Iterator[str]:
    """The last run that ended well says how the group stands; where none did, nobody has touched it."""
    for name, hole in seen.holes.items():
        card = names[name]
        runs = of_case[card.case] if card is not None else ()
        ends = [run.ended[0] for run in _in_order(runs) if run.ended[0] != "cancelled"]
        last = ends[-1] if ends else "undone"
        stands = "undone" if hole.group in seen.still_open else "done"
        if last in ("done", "undone") and last != stands:
            yield f"{hole.group}: said to be {last}, and is {'open' if stands == 'undone' else 'closed'}"
