"""What all files of one configuration share while they are read: the problems, the names declared, the names used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from bot.settings.problems import Problem, did_you_mean


@dataclass(frozen=True, slots=True)
class Place:
    """A file, a line and a field of it."""

    file: str
    line: int
    field: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def short(self) -> str:
        """As people are told it in a chat: ``config/teams.yaml:12``, wherever the directory stands."""
        return f"{'/'.join(PurePath(self.file).parts[-2:])}:{self.line}"

    def problem(self, what: str, remedy: str = "") -> Problem:
        """A mistake at this place."""
        return Problem(self.file, self.line, self.field, what, remedy)


class Notebook:
    """Collects, so that every mistake is told at once. ``asked`` holds every key that was looked for, for the docs.

    ``lacking`` are secrets of sources that are not there: no mistake of the files, and nothing that listens may start.
    """

    def __init__(self, directory: str, variables: Mapping[str, str]) -> None:
        self.directory = directory
        self.variables = variables
        self.problems: list[Problem] = []
        self.lacking: list[Problem] = []
        self.asked: set[str] = set()
        self._names: dict[str, dict[str, str]] = {}  # kind -> name -> where it was declared
        self._uses: list[tuple[str, str, Place]] = []

    def problem(self, place: Place, what: str, remedy: str = "") -> None:
        self.problems.append(place.problem(what, remedy))

    def know(self, kind: str, names: Iterable[str]) -> None:
        """Names that exist whatever the files say: the sources and fixes of the registry."""
        self._names.setdefault(kind, {}).update(dict.fromkeys(names, ""))

    def declare(self, kind: str, name: str, place: Place, taken: str = "") -> None:
        """A name made in a file: once. ``taken`` says it better than "team payments stands twice"."""
        names = self._names.setdefault(kind, {})
        if name in names:
            what = taken or f"{kind} {name} stands twice"
            self.problem(place, what, f"the first is at {names[name]}" if names[name] else "")
            return
        names[name] = str(place)

    def use(self, kind: str, name: str, place: Place) -> None:
        """A name that has to exist once everything is read."""
        self._uses.append((kind, name, place))

    def names(self, kind: str) -> tuple[str, ...]:
        return tuple(self._names.get(kind, {}))

    def resolve(self) -> None:
        """Tell of every name used and nowhere declared. A kind that was never filled is not checked."""
        for kind, name, place in self._uses:
            known = self._names.get(kind)
            if known is not None and name not in known:
                self.problem(place, f'unknown {kind} "{name}"', did_you_mean(name, known))
