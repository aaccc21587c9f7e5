"""People at their screens while the process dies under them: what they press and type, and note down of it."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.evidence import Note
from tests.chaos.house import PEOPLE
from tests.chaos.outside import case_of
from tests.fakes.slack.client import FakeSlack, Impossible
from tests.fakes.slack.story import Delivered, FakeMessage, FakeView, texts

_NEWEST = 40  # cards of a channel that somebody looks at
_AGAIN = (1.0, 3.0)  # seconds after which Slack delivers once more what was not acknowledged
_FORM_WITHIN = 4.0
_LOOKS = 0.2


@dataclass(slots=True)
class Screens:
    """Everybody's screen, and the one list of what they did. Several people use it at the same time."""

    slack: FakeSlack
    notes: list[Note] = field(default_factory=list)
    under_way: int = 0  # presses and commands that wait for their answer
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sent: set[str] = field(default_factory=set)  # forms that were acknowledged, with what was filled in

    def cards(self, channel: str) -> list[FakeMessage]:
        return [card for card in self.slack.channel(channel).newest(_NEWEST) if case_of(card).startswith("S-")]

    @contextmanager
    def _waiting(self) -> Any:
        with self._lock:
            self.under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self.under_way -= 1

    def press(self, card: FakeMessage, label: str, by: str, act: str, chance: random.Random, *, form: bool) -> bool:
        """One press. Where a form opens nothing is decided yet, so the trail need not know of it."""
        with self._waiting():
            try:
                delivered = card.button(label).press(by)
            except (Impossible, AssertionError):
                return False  # the card has lost that button meanwhile
            delivered = self._once_more(delivered, chance)
        self.notes.append(Note(case_of(card), act, PEOPLE[by], delivered.acknowledged and not form))
        return delivered.acknowledged

    def submit(
        self, view: FakeView, case: str, values: dict[str, str], by: str, act: str, chance: random.Random
    ) -> bool:
        """A filled form. Who sends the same one twice, from two windows, has asked for one thing."""
        with self._waiting():
            try:
                delivered = self.slack.submit(view, values, by=by)
            except Impossible:
                return False  # closed meanwhile
            delivered = self._once_more(delivered, chance)
        whole, taken = f"{view.id} {json.dumps(values)}", delivered.acknowledged and not delivered.errors
        with self._lock:
            self.notes.append(Note(case, act, PEOPLE[by], taken and whole not in self._sent))
            self._sent |= {whole} if taken else set()
        return delivered.acknowledged

    def _once_more(self, delivered: Delivered, chance: random.Random) -> Delivered:
        """The same bytes again: where no answer came, and now and then although one did."""
        if delivered.acknowledged:
            if chance.random() < 0.1:
                self.slack.redeliver(delivered)
            return delivered
        for wait in _AGAIN if chance.random() < 0.7 else ():
            time.sleep(wait)
            again = self.slack.redeliver(delivered)
            if again.acknowledged:
                return again
        return delivered

    def type(self, words: str, by: str, target: str = "", act: str = "") -> str:
        """A command and its answer. Only "Done" promises something; any other answer says why not."""
        with self._waiting():
            delivered = self.slack.command("/suture", words, by=by)
        said = _answer(delivered)
        if act:
            mute = delivered.acknowledged and not said
            self.notes.append(Note(target, act, PEOPLE[by], "Done: " in said, mute))
        return said

    def form(self, by: str, about: str, title: str) -> FakeView | None:
        """The form that opened for this person, None where none comes: the process may have been killed.

        Of this title: one that an earlier death left open may tell of the same plan and ask for something else."""
        named = re.compile(rf"{re.escape(about)}\b")  # S-1 is not S-13
        end = time.monotonic() + _FORM_WITHIN
        while time.monotonic() < end:
            for view in self.slack.views():
                if view.person == by and view.title == title and named.search(view.shown):
                    return view
            time.sleep(_LOOKS)
        return None

    def close(self, view: FakeView) -> None:
        with suppress(Impossible):  # it was closed by its own answer
            view.close()


def _answer(delivered: Delivered) -> str:
    """The words of the answer that rides in the acknowledgement."""
    if not delivered.acknowledged or not delivered.body:
        return ""
    said = json.loads(delivered.body)
    return "\n".join([str(said.get("text", "")), *texts(said.get("blocks", []))])


def pick(cards: Sequence[FakeMessage], label: str, chance: random.Random) -> FakeMessage | None:
    """One of the cards that show this button."""
    able = [card for card in cards if any(button.label == label for button in card.buttons)]
    return chance.choice(able) if able else None
