"""What reading a source's stored deliveries once more came to, or would come to: counts by parser version, examples."""

from __future__ import annotations

from dataclasses import dataclass, field

EXAMPLES = 20


@dataclass(slots=True)
class VersionCounts:
    """Of the deliveries and reports that one version of the parser had read: what today's makes of them.

    ``new``, ``changed``, ``same`` and ``older`` count findings."""

    deliveries: int = 0  # and reports
    new: int = 0
    changed: int = 0  # re-scored, re-worded, opened or closed
    same: int = 0
    older: int = 0  # a later delivery, a person or a run has the last word on it
    released: int = 0  # quarantined records that can be read now
    still: int = 0  # records that nobody can read yet
    components: int = 0  # that an asset gains or loses
    statements: int = 0  # of VEX, that begin to hold or hold no longer
    unreadable: int = 0  # deliveries that today's parser refuses as a whole
    not_kept: int = 0  # reports whose file is not there any more: not read again


@dataclass(frozen=True, slots=True)
class Example:
    """One finding that is new or changed, and what is different about it."""

    title: str
    resource: str
    what: str  # new, high; changed, high to critical


@dataclass(slots=True)
class Replayed:
    """The whole, as it grows."""

    source: str
    parser_version: int  # today's
    by_version: dict[int, VersionCounts] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)

    def of(self, version: int) -> VersionCounts:
        """The counts of one stored version; begun when there are none."""
        return self.by_version.setdefault(version, VersionCounts())

    @property
    def deliveries(self) -> int:
        return sum(each.deliveries for each in self.by_version.values())

    def total(self, name: str) -> int:
        """One of the counts over all versions, by its name."""
        return sum(getattr(each, name) for each in self.by_version.values())
