"""How a case came to need nobody, where that is not because it was fixed: somebody stated it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

NOT_AFFECTED = "not affected"
STATED_FIXED = "stated fixed"


@dataclass(frozen=True, slots=True)
class Stood:
    """Findings of the case that one statement closed: ``by`` whom, in which format and when."""

    reason: str  # NOT_AFFECTED or STATED_FIXED
    by: str
    findings: int

    @property
    def words(self) -> str:
        """``not affected, says Example Vendor (openvex), 2026-03-02``."""
        what = NOT_AFFECTED if self.reason == NOT_AFFECTED else "fixed in the version that is there"
        return f"{what}, says {self.by}"


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed case of which statements closed at least one finding; ``fixed`` are all the others."""

    stood: tuple[Stood, ...]
    fixed: int = 0

    @property
    def is_of_one_kind(self) -> bool:
        """Whether one statement closed all of it."""
        return len(self.stood) == 1 and not self.fixed

    @property
    def sentence(self) -> str:
        """``It is not affected, says ….`` or ``Of its 7 findings: 2 not affected, says …; 5 fixed.``"""
        if self.is_of_one_kind:
            return f"It is {self.words}."
        return f"Of its {sum(each.findings for each in self.stood) + self.fixed} findings: {self.words}."

    @property
    def words(self) -> str:
        """Who says so; of a case of several kinds, how many are which."""
        first, more = self.stood[0], len(self.stood) - 1
        if self.is_of_one_kind:
            return first.words
        parts = [f"{first.findings} {first.words}"]
        others = sum(each.findings for each in self.stood[1:])
        if more:
            parts.append(f"{others} by {more} other statement{'' if more == 1 else 's'}")
        if self.fixed:
            parts.append(f"{self.fixed} fixed")
        return "; ".join(parts)

    @property
    def brief(self) -> str:
        """For a row of a list: ``not affected``, or both words where both were stated."""
        reasons = {each.reason for each in self.stood} | ({"fixed"} if self.fixed else set())
        if reasons == {NOT_AFFECTED}:
            return NOT_AFFECTED
        return "stated fixed" if NOT_AFFECTED not in reasons else "in part not affected"
