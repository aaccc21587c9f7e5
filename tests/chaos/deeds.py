"""What people do in the storm, one deed a function: each looks for a card on which it makes sense, and does it."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.chaos.house import ANA, ANA_ELSEWHERE, BEN, FROZEN, HOLES, SUE, Hole
from tests.chaos.outside import case_of
from tests.chaos.people import Screens, pick
from tests.fakes.slack.story import FakeMessage

_MOST_TICKETS = 60
_READS = 6  # times that somebody asks for a plan that is being read
_REASON = "It is switched off next week, and nobody reaches it until then."


@dataclass(frozen=True, slots=True)
class Scene:
    """Where people look, and with which luck."""

    screens: Screens
    channels: tuple[str, ...]  # of hosts
    holes: Mapping[str, Hole]
    chance: random.Random

    def host(self, label: str) -> FakeMessage | None:
        """A host's card with that button."""
        return pick(self.screens.cards(self.chance.choice(self.channels)), label, self.chance)

    def hole(self, label: str) -> FakeMessage | None:
        return pick(self.screens.cards(HOLES), label, self.chance)

    def either(self, label: str) -> FakeMessage | None:
        return self.hole(label) if self.chance.random() < 0.5 else self.host(label)

    def somebody(self) -> str:
        return self.chance.choice((ANA, BEN))


def name_of(card: FakeMessage) -> str:
    """The alert behind a card, from its words."""
    return card.text.partition("Problem ")[2].partition(".")[0]


def takes(scene: Scene) -> None:
    """*I'm on it*, pressed or typed."""
    card = scene.host("I'm on it")
    if card is None:
        return
    if scene.chance.random() < 0.7:
        scene.screens.press(card, "I'm on it", scene.somebody(), "acknowledge", scene.chance, form=False)
    else:
        scene.screens.type(f"ack {case_of(card)}", scene.somebody(), case_of(card), "acknowledge")


def wants_a_ticket(scene: Scene) -> None:
    card = scene.either("Open ticket")
    if card is not None and sum(note.act == "ticket" for note in list(scene.screens.notes)) < _MOST_TICKETS:
        scene.screens.press(card, "Open ticket", scene.somebody(), "ticket", scene.chance, form=False)


def snoozes(scene: Scene) -> None:
    card = scene.host("Snooze…")
    if card is not None:
        scene.screens.type(f"snooze {case_of(card)} 4h", scene.somebody(), case_of(card), "snooze")


def assigns(scene: Scene) -> None:
    card = scene.host("Assign…")
    if card is not None:
        whom = scene.chance.choice(("ana", "ben"))
        scene.screens.type(f"assign {case_of(card)} {whom}", scene.somebody(), case_of(card), "assign")


def accepts(scene: Scene) -> None:
    """A risk accepted in writing; it needs security's yes."""
    card = scene.host("Accept risk…")
    if card is not None:
        until = (datetime.now(UTC) + timedelta(days=5)).date()
        words = f"accept {case_of(card)} {until} {_REASON}"
        scene.screens.type(words, scene.somebody(), case_of(card), "accept-risk")


def answers(scene: Scene) -> None:
    """Yes, no, or taken back; by whoever feels called, the one who asked among them."""
    card = scene.either("Approve…")
    if card is None:
        return
    case, chance, risk = case_of(card), scene.chance, card.channel != HOLES
    by = chance.choice((ANA, ANA_ELSEWHERE, BEN, SUE, SUE) if risk else (ANA, ANA_ELSEWHERE, BEN, BEN, SUE))
    what = chance.random()
    if what < 0.15:
        act = "accept-risk" if risk else "fix"
        scene.screens.press(card, "Withdraw", chance.choice((ANA, BEN)), act, chance, form=False)
        return
    label, values = ("Deny…", {"reason": "Not today, please."}) if what < 0.3 else ("Approve…", {})
    if scene.screens.press(card, label, by, "approve", chance, form=True):
        view = scene.screens.form(by, case, label.rstrip("…"))
        if view is not None:
            scene.screens.submit(view, case, values, by, "approve", chance)
            scene.screens.close(view)


def fixes(scene: Scene) -> None:
    """*Fix now…*, the plan, its confirmation."""
    card = scene.hole("Fix now…")
    if card is None:
        return
    by, case = scene.somebody(), case_of(card)
    if not scene.screens.press(card, "Fix now…", by, "fix", scene.chance, form=True):
        return
    view = scene.screens.form(by, scene.holes[name_of(card)].group, "Plan")
    if view is not None:
        scene.screens.submit(view, case, {}, by, "fix", scene.chance)
        scene.screens.close(view)


def fixes_by_words(scene: Scene) -> None:
    """``plan``, and ``fix`` with the digest that it says."""
    card = scene.hole("Fix now…")
    if card is None:
        return
    by, case = scene.somebody(), case_of(card)
    for _ in range(_READS):
        said = scene.screens.type(f"plan {case}", by, case, "fix")
        words = re.search(rf"fix {case} [0-9a-f]+", said)
        if words is not None:
            scene.screens.type(words[0], by, case, "fix")
            return
        time.sleep(0.4)


def undoes(scene: Scene) -> None:
    card = scene.hole("Undo…")
    if card is None:
        return
    by, case = scene.somebody(), case_of(card)
    if scene.chance.random() < 0.5:
        scene.screens.type(f"undo {case}", by, case, "undo")
    elif scene.screens.press(card, "Undo…", by, "undo", scene.chance, form=True):
        view = scene.screens.form(by, case, "Undo")
        if view is not None:
            scene.screens.submit(view, case, {}, by, "undo", scene.chance)
            scene.screens.close(view)


def stops(scene: Scene) -> None:
    """What waits in the queue, or is under way."""
    card = scene.hole("Take out of the queue") or scene.hole("Stop")
    if card is None:
        return
    label = next(button.label for button in card.buttons if button.label in ("Take out of the queue", "Stop"))
    if scene.chance.random() < 0.5:
        scene.screens.press(card, label, scene.somebody(), "stop", scene.chance, form=False)
    else:
        scene.screens.type(f"stop {case_of(card)}", scene.somebody(), case_of(card), "stop")


def freezes(scene: Scene) -> None:
    scene.screens.type(f"freeze {FROZEN} 1h the release goes out", SUE, f"environment {FROZEN}", "freeze")


def unfreezes(scene: Scene) -> None:
    scene.screens.type(f"unfreeze {FROZEN}", SUE, f"environment {FROZEN}", "unfreeze")


# How often each is done, among the others.
DECK: tuple[tuple[Callable[[Scene], None], int], ...] = (
    (fixes, 5),
    (fixes_by_words, 3),
    (answers, 6),
    (undoes, 2),
    (stops, 1),
    (takes, 3),
    (accepts, 3),
    (wants_a_ticket, 1),
    (snoozes, 1),
    (assigns, 1),
    (freezes, 1),
    (unfreezes, 1),
)


def shuffled(chance: random.Random) -> list[Callable[[Scene], None]]:
    """One round: everything that people do, in some order."""
    deck = [deed for deed, times in DECK for _ in range(times)]
    chance.shuffle(deck)
    return deck
