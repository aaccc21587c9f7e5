"""What has been read already of a source that is read again from the newest back: it has the last word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.triage.batch import Change, Item
from bot.triage.snapshots import gone, looked_at, looks_into
from connectors.contract.finding import Snapshot, Status
from connectors.contract.statement import Stating


@dataclass(slots=True)
class Later:
    """Grows with each delivery; ``unread`` once there is a later one that could not be read again."""

    findings: set[str] = field(default_factory=set)  # fingerprints of which something was told
    named: set[str] = field(default_factory=set)  # the same, and of what a tool only named: it did not look
    looks: dict[str, tuple[datetime, Snapshot]] = field(default_factory=dict)  # the latest whole look, by scope
    documents: dict[str, datetime] = field(default_factory=dict)  # when a document of VEX was made
    assets: set[str] = field(default_factory=set)  # whose components were all told
    unread: bool = False

    def stand_back(self, items: Iterable[Item]) -> None:
        """What a later whole look did not hold is over, also when nobody knew of it: it opens no case."""
        for item in items:
            look = self.looks.get(item.finding.scope) if item.finding.scope else None
            is_open = item.finding.status is Status.OPEN and item.fingerprint not in self.named
            if look is not None and is_open and item.observed_at <= look[0] and looks_into(look[1], item.finding):
                item.finding = gone(item.finding)

    def of_note(self, items: Iterable[Item]) -> list[Item]:
        """Those that say something: what a tool did not check opens and closes nothing, and is only not absent."""
        found = list(items)
        self.named |= {item.fingerprint for item in found}
        return [item for item in found if item.finding.status is not Status.UNCHECKED]

    def pass_over(self, items: Iterable[Item]) -> None:
        """In a dry run nothing is stored that would tell that a later delivery had the last word."""
        for item in items:
            if item.fingerprint in self.findings:
                item.change = Change.STALE
            self.findings.add(item.fingerprint)
            self.named.add(item.fingerprint)

    def is_latest(self, told: Stating, received_at: datetime) -> bool:
        """Whether nothing later read is as new a version of that document."""
        made = min(filter(None, (told.at, received_at)))
        before = self.documents.get(told.document)
        if before is not None and before >= made:
            return False
        self.documents[told.document] = made
        return True

    def latest(self, looks: Iterable[Snapshot], received_at: datetime) -> list[Snapshot]:
        """Those that nothing later read has looked behind: only by them absence means something."""
        found = []
        for snapshot in looks:
            looked, before = looked_at(snapshot, received_at), self.looks.get(snapshot.scope)
            if before is None or looked > before[0]:
                self.looks[snapshot.scope] = (looked, snapshot)
                found.append(snapshot)
        return found
