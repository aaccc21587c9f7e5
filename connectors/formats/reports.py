"""One way to read a report, whether it came as a body or lies in a file of any size: ``JsonReport`` and ``Report``.

A source gives a function from a :class:`Report` to records; it says which places it wants, and never how they are read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import IO, Any, TypeVar

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Quarantined, Record
from connectors.contract.source import Headers, Opened, SourceOptions
from connectors.formats.json_paths import At, Met, held, streamed, wanted
from connectors.formats.repositories import as_named
from connectors.quarantine import each, excerpt, patiently
from connectors.text import clean
from connectors.wild import Wild

NAMED = "x-suture-resource"  # the sender's own name for what was scanned; a source that reads it lists it in `headers`
Reader = Callable[[Wild], Iterable[Record]]
G = TypeVar("G")
_NONE: Headers = {}


class Report(ABC):
    """A report that can be passed over as often as needed. ``named`` is the sender's own name for what was scanned,
    a repository's address in one spelling.

    What stands at a place of another type than the path says is quarantined there; what is missing or null is not.
    """

    def __init__(self, headers: Headers = _NONE, options: SourceOptions | None = None) -> None:
        self.headers = headers
        self.options = options or SourceOptions()
        self.named = as_named(clean(headers.get(NAMED, "")))

    @abstractmethod
    def meet(self, paths: tuple[str, ...], groups: tuple[str, ...] = ()) -> Iterator[Met]:
        """One pass: the values at ``paths`` and the beginnings of ``groups``, in the report's order."""

    @abstractmethod
    def wild(self, at: At, value: Any) -> Wild:
        """One value with its place."""

    def join(self, group: str, path: str) -> str:
        """The path ``path`` below ``group``."""
        return f"{group}.{path}"

    def keys(self, at: At) -> At:
        """The names under which a head keeps what was met at ``at``."""
        return at

    def head(self, *paths: str) -> Wild:
        """What stands at these paths (no lists on the way), and every top-level key with None.

        A report that is no object gives an empty one.
        """
        built: dict[str, Any] = {}
        for met in self.meet(paths):
            if met.at and isinstance(met.at[0], str):
                _put(built, self.keys(met.at), met.value)
        return self.wild((), built)

    def expect(self, *keys: str, says: str) -> None:
        """Raise UnknownShape, which ``says`` what this should be, unless the report is an object with these keys."""
        missing = list(keys)
        for met in self.meet(()):  # no further than the last of them, which mostly stands at the beginning
            if met.at and met.at[0] in missing:
                missing.remove(str(met.at[0]))
            if not missing:
                return
        if missing:
            raise UnknownShape(f"{says}: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not there")

    def heads(self, group: str, *paths: str, begun: tuple[str, ...] = ()) -> dict[At, Wild]:
        """For each member of ``group`` (``runs[]``) what stands at ``paths`` below it, by the member's place.

        Of a list or object at one of ``begun`` only that it is there is told: the head holds it empty.
        """
        found: dict[At, dict[str, Any]] = {}
        groups = (group, *(self.join(group, path) for path in begun))
        for met in self.meet(tuple(self.join(group, path) for path in paths), groups):
            if met.begun and met.path == group:
                place = met.at
                found[place] = dict(met.value or {})
            elif len(met.at) > 1 and (place := next((p for p in _above(met.at) if p in found), ())):
                _put(found[place], self.keys(met.at[len(place) :]), met.value)
        return {place: self.wild(place, head) for place, head in found.items()}

    def each(self, path: str, read: Reader) -> Iterator[Record]:
        """What ``read`` makes of every value at ``path``; one it cannot read is set aside, its siblings go on."""
        return self.every({path: read})

    def every(self, readers: Mapping[str, Reader]) -> Iterator[Record]:
        """The same for several paths in one pass."""
        for met in self.meet(tuple(readers)):
            if met.expected:
                yield self._set_aside(met)
            elif met.path:
                yield from each([self.wild(met.at, met.value)], readers[met.path])
            elif not met.at and "" in readers:
                yield from each([self.wild((), met.value)], readers[""])

    def within(
        self, groups: Mapping[At, G], readers: Mapping[str, Callable[[G, Wild], Iterable[Record]]]
    ) -> Iterator[Record]:
        """What the readers make of values inside groups, given what the source made of each group's head.

        Values of a group that ``groups`` does not name are passed over: its head was set aside.
        """
        for met in self.meet(tuple(readers)):
            if met.expected:
                yield self._set_aside(met)
            elif met.path and (place := next((p for p in _above(met.at) if p in groups), None)) is not None:
                yield from each([self.wild(met.at, met.value)], partial(readers[met.path], groups[place]))

    def _set_aside(self, met: Met) -> Quarantined:
        told = self.wild(met.at, met.value)
        error = told.wrong(met.expected, met.value)
        return Quarantined(error.pointer, error.reason, excerpt(met.value))


def _above(at: At) -> Iterator[At]:
    """The places above ``at``, the nearest first."""
    for length in range(len(at) - 1, -1, -1):
        yield at[:length]


def _put(built: dict[str, Any], at: At, value: Any) -> None:
    for key in at[:-1]:
        inner = built.setdefault(str(key), {})
        if not isinstance(inner, dict):
            inner = built[str(key)] = {}
        built = inner
    built.setdefault(str(at[-1]), value)


class _Held(Report):
    def __init__(self, value: Any, pointer: str, headers: Headers, options: SourceOptions) -> None:
        super().__init__(headers, options)
        self._value, self._pointer = value, pointer

    def meet(self, paths: tuple[str, ...], groups: tuple[str, ...] = ()) -> Iterator[Met]:
        return held(self._value, wanted(paths, groups))

    def wild(self, at: At, value: Any) -> Wild:
        return _placed(at, value, self._pointer)


class _Streamed(Report):
    def __init__(self, file: IO[bytes], headers: Headers, options: SourceOptions) -> None:
        super().__init__(headers, options)
        self._file = file

    def meet(self, paths: tuple[str, ...], groups: tuple[str, ...] = ()) -> Iterator[Met]:
        return streamed(self._file, wanted(paths, groups))

    def wild(self, at: At, value: Any) -> Wild:
        return _placed(at, value, "")


def _placed(at: At, value: Any, pointer: str) -> Wild:
    """``value`` with the pointer to it; only the last key is kept apart, the way there is text."""
    if not at:
        return Wild(value, pointer)
    return Wild(value, _way(pointer, at[:-1]), at[-1])


@lru_cache(maxsize=64)  # the members of one list have one way to them
def _way(pointer: str, at: At) -> str:
    return Wild(None, pointer).pointer(*at)


@dataclass(frozen=True, slots=True)
class JsonReport:
    """A report in JSON: ``Source(parse=REPORT.parse, read_report=REPORT.read_report, headers=REPORT.headers)``."""

    read: Callable[[Report], Iterable[Record]]
    headers: tuple[str, ...] = (NAMED,)

    def parse(self, opened: Opened, options: SourceOptions) -> Iterable[Record]:
        """The records of a body."""
        return patiently(self.read(_Held(opened.body, opened.pointer, opened.headers, options)))

    def read_report(self, file: IO[bytes], options: SourceOptions, headers: Headers = _NONE) -> Iterable[Record]:
        """The same records from a file that passes by, as often as ``read`` asks for it."""
        return patiently(self.read(_Streamed(file, headers, options)))
