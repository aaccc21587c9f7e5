"""What reading one stored delivery or report once more came to, or would come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.model.replayed import EXAMPLES
from bot.triage.batch import Change, Item


@dataclass(slots=True)
class Reread:
    """Grows with each piece of it that was read."""

    read: int = 0  # findings in it
    changes: Counter[Change] = field(default_factory=Counter)  # of findings, those that it closes among them
    news: list[Item] = field(default_factory=list)  # the first that are not as they are known
    components: int = 0
    statements: int = 0
    released: int = 0  # quarantined records that can be read now
    still: int = 0  # records that nobody can read yet

    @property
    def new(self) -> int:
        """Findings that nobody knew."""
        return self.changes[Change.NEW]

    @property
    def changed(self) -> int:
        """Known findings that are different now: neither new, nor the same, nor told by something later."""
        quiet = self.new + self.changes[Change.REPEATED] + self.changes[Change.STALE]
        return self.changes.total() - quiet

    def copy(self) -> Reread:
        """The same, to go on from."""
        return replace(self, changes=Counter(self.changes), news=list(self.news))

    def add(self, items: Sequence[Item]) -> None:
        """These findings."""
        self.changes.update(item.change for item in items)
        self.news += [item for item in items if not item.quiet][: EXAMPLES - len(self.news)]
