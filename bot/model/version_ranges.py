"""Whether one version lies within one entry of an advisory, by the evaluation rule of the OSV schema.

An entry hits a version that it lists, or that one of its ranges contains. A version or a bound that cannot be read
gives no answer; it is never taken for safe.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from bot.model.versions import Scheme, UnreadableVersion, read_version, scheme_of
from connectors.contract.context import AffectedPackage, VersionRange


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a vulnerability hits a component: ``affected`` is None where nobody can say. ``why`` is for a person.

    ``fixed_in`` is the next version that has the fix or, where it is there, the one that brought it; "" if none.
    """

    affected: bool | None
    why: str
    fixed_in: str = ""


_START = object()  # OSV's version "0": before every other
_KINDS = ("introduced", "fixed", "last_affected")


def _before(left: Any, right: Any) -> bool:
    if right is _START:
        return False
    return left is _START or bool(left < right)


@dataclass(frozen=True, slots=True)
class _Bound:
    kind: str
    text: str
    value: Any

    def reached_by(self, version: Any) -> bool:
        if self.kind == "last_affected":
            return _before(self.value, version)
        return not _before(version, self.value)


@dataclass(frozen=True, slots=True)
class _Range:
    """A range with its bounds read and put in order; bounds of one version keep the order they were given in."""

    bounds: tuple[_Bound, ...]
    limits: tuple[_Bound, ...]

    @classmethod
    def read(cls, written: VersionRange, scheme: Scheme) -> _Range:
        bounds = [_Bound(kind, text, _bound(scheme, text)) for kind, text in written.events if kind in _KINDS]
        limits = [
            _Bound(kind, text, _bound(scheme, text)) for kind, text in written.events if kind == "limit" and text != "*"
        ]
        endless = ("limit", "*") in written.events
        bounds.sort(key=cmp_to_key(lambda a, b: _before(b.value, a.value) - _before(a.value, b.value)))
        return cls(tuple(bounds), () if endless else tuple(limits))

    def verdict(self, version: Any, text: str) -> Verdict:
        if self.limits and not any(_before(version, limit.value) for limit in self.limits):
            return Verdict(False, f"{text} is beyond {self.limits[-1].text}, up to which the advisory speaks")
        if not self.bounds:
            return Verdict(None, "the advisory has a range without bounds")
        flags = [(bound, bound.reached_by(version)) for bound in self.bounds]
        reached = [bound for bound, is_reached in flags if is_reached]
        if not reached:
            return Verdict(False, f"{text} is before {self.bounds[0].text}, where the problem came in")
        last = reached[-1]
        if last.kind == "fixed":
            return Verdict(False, f"{text} has the fix of {last.text}", last.text)
        if last.kind == "last_affected":
            return Verdict(False, f"{text} is after {last.text}, the last version affected")
        return self._hit(text, [bound for bound, is_reached in flags if not is_reached])

    def _hit(self, text: str, ahead: list[_Bound]) -> Verdict:
        fix = next((bound.text for bound in ahead if bound.kind == "fixed"), "")
        if fix:
            return Verdict(True, f"{text} is before {fix}, which has the fix", fix)
        return Verdict(True, f"{text} is in an affected range, and no fixed version is named")


def _bound(scheme: Scheme, text: str) -> Any:
    return _START if text == "0" else read_version(scheme, text)


class EntryRule:
    """One entry of an advisory, read once and asked for many versions; a version asked twice is judged once."""

    def __init__(self, entry: AffectedPackage) -> None:
        self._entry = entry
        self._listed = frozenset(entry.versions)
        self._verdicts: dict[str, Verdict] = {}
        ranges = [written for written in entry.ranges if written.scheme != "GIT"]
        self.only_commits = bool(entry.ranges) and not ranges
        self._scheme = scheme_of(entry.ecosystem, entry.name, ranges[0].scheme if ranges else "ECOSYSTEM")
        self._unreadable = ""
        self._ranges: tuple[_Range, ...] = ()
        self._sorted: list[Any] = []
        try:
            self._ranges = self._read(ranges)
        except UnreadableVersion as problem:
            self._unreadable = f"the advisory's {problem}"

    def _read(self, ranges: list[VersionRange]) -> tuple[_Range, ...]:
        if self._scheme is None:
            raise UnreadableVersion(f"ecosystem {self._entry.ecosystem!r} orders versions by a rule not known here")
        self._sorted = sorted(_readable(self._scheme, self._entry.versions), key=cmp_to_key(_order))
        return tuple(_Range.read(written, self._scheme) for written in ranges)

    def verdict(self, version: str) -> Verdict:
        """Whether the entry hits ``version``. Never raises: what cannot be read is ``affected=None``."""
        known = self._verdicts.get(version)
        if known is None:
            known = self._verdicts[version] = self._judge(version)
        return known

    def _judge(self, version: str) -> Verdict:
        named = version in self._listed
        if self._scheme is None or self._unreadable:
            return Verdict(True, f"the advisory names {version}") if named else Verdict(None, self._unreadable)
        try:
            value = read_version(self._scheme, _released(self._scheme, version))
        except UnreadableVersion as problem:
            return Verdict(True, f"the advisory names {version}") if named else Verdict(None, str(problem))
        verdicts = [found.verdict(value, version) for found in self._ranges]
        hit = next((verdict for verdict in verdicts if verdict.affected), None)
        if hit:
            return hit
        if named or self._lists(value):
            fix = next((verdict.fixed_in for verdict in verdicts if verdict.fixed_in), "")
            return Verdict(True, f"the advisory names {version}", fix)
        if not verdicts:
            return self._unlisted(version)
        unknown = next((verdict for verdict in verdicts if verdict.affected is None), None)
        return unknown or next((verdict for verdict in verdicts if verdict.fixed_in), verdicts[0])

    def _unlisted(self, version: str) -> Verdict:
        if self.only_commits:
            return Verdict(None, f"the advisory names commits, which say nothing about {version}")
        if not self._listed:
            return Verdict(None, "the advisory names no versions")
        return Verdict(False, f"{version} is not among the versions that the advisory names")

    def _lists(self, value: Any) -> bool:
        place = bisect_left(self._sorted, cmp_to_key(_order)(value), key=cmp_to_key(_order))
        return place < len(self._sorted) and not value < self._sorted[place]


def _released(scheme: Scheme, version: str) -> str:
    """``2.0.0+cu117`` is PyPI's 2.0.0 built for one kind of machine; PEP 440's ``<=`` leaves the label out."""
    return version.partition("+")[0] if scheme is Scheme.PYPI else version


def _order(left: Any, right: Any) -> int:
    return bool(right < left) - bool(left < right)


def _readable(scheme: Scheme, versions: tuple[str, ...]) -> list[Any]:
    """The listed versions that can be read; the others still match as they are written."""
    values = []
    for text in versions:
        try:
            values.append(read_version(scheme, text))
        except UnreadableVersion:
            continue
    return values
