"""Places in JSON that a reader wants, found the same way in a file that passes by and in a value that is held.

A path is written ``runs[].results[]``: keys with dots between, ``[]`` for every member of a list, ``{}`` for every
value of an object whose keys are names; ``""`` is the whole document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Any

import ijson

from connectors.contract.failure import NotThisFormat
from connectors.text import DEPTH, clean

At = tuple[str | int, ...]  # the keys and numbers that lead to a value
EACH, NAMED = "[]", "{}"
_TOKEN = re.compile(r"\[\]|\{\}|[^.\[\]{}]+")
# A whole buffer is parsed before its depth is seen, and a deep one costs the square of its length.
_BUFFER = 8_192
_OPENING, _CLOSING = frozenset({"start_map", "start_array"}), frozenset({"end_map", "end_array"})


@dataclass(frozen=True, slots=True)
class Met:
    """One value met at ``at``.

    ``path`` is the wanted path; "" where only the top-level key is told. ``begun``: a group begins here, and ``value``
    is None. ``expected`` is what should be here ("a list") when it is something else, which ``value`` shows.
    """

    path: str
    at: At
    value: Any
    begun: bool = False
    expected: str = ""


@dataclass(slots=True)
class Node:
    """What is wanted at one place and below it."""

    path: str = ""
    wanted: bool = False  # the whole value
    group: bool = False  # tell when it begins
    below: dict[str, Node] = field(default_factory=dict)

    def child(self, key: str | int) -> Node | None:
        """What is wanted of one member."""
        return self.below.get(EACH if isinstance(key, int) else key) or (
            None if isinstance(key, int) else self.below.get(NAMED)
        )

    @property
    def is_list(self) -> bool:
        """Whether a list is expected here."""
        return EACH in self.below


@lru_cache(maxsize=256)
def wanted(paths: tuple[str, ...], groups: tuple[str, ...] = ()) -> Node:
    """The tree of these paths. One wanted whole has none below it, and one place is a list or an object, not both."""
    root = Node()
    for path in (*paths, *groups):
        node = root
        for token in _TOKEN.findall(path):
            node = node.below.setdefault(token, Node())
        node.path = path
        node.wanted, node.group = node.wanted or path in paths, node.group or path in groups
    return root


def _mistyped(node: Node, at: At, value: Any) -> Met | None:
    """The complaint about a value at a place on the way; None when it is as expected or null."""
    if value is None or not node.below or isinstance(value, list if node.is_list else dict):
        return None
    shown: Any = [] if isinstance(value, list) else {} if isinstance(value, dict) else value
    return Met(node.path, at, shown, expected="a list" if node.is_list else "an object")


def held(value: Any, node: Node, at: At = ()) -> Iterator[Met]:
    """What is met in a value that is held whole, in its own order. Depth is the caller's: see connectors.text."""
    if node.wanted:
        yield Met(node.path, at, value)
        return
    if wrong := _mistyped(node, at, value):
        yield wrong
        return
    if node.group and value is not None:
        yield Met(node.path, at, None, begun=True)
    members = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, inner in members:
        below = node.child(key)
        if below is not None:
            yield from held(inner, below, (*at, key))
        elif not at and isinstance(key, str):
            yield Met("", (key,), None)


def streamed(file: IO[bytes], node: Node) -> Iterator[Met]:
    """The same from a file that passes by; nothing of it is held but what is wanted, one at a time.

    Raises NotThisFormat on broken JSON and beyond 64 levels.
    """
    walk = _Walk(node)
    try:
        for kind, value in ijson.basic_parse(file, use_float=True, buf_size=_BUFFER):
            met = walk.step(kind, value)
            if met is not None:
                yield from met
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise NotThisFormat(f"the file is not JSON: {clean(str(error), 200)}") from None


class _Walk:
    """One pass over a file's parts: where it is, what it builds, and what it lets pass."""

    __slots__ = ("_builder", "_depth", "_keys", "_nodes", "_passing", "_root", "_start", "_told")

    def __init__(self, root: Node) -> None:
        self._root = root
        self._nodes: list[Node] = []  # the places on the way that something is wanted below
        self._keys: list[str | int] = []  # for each the present member
        self._depth = self._start = self._passing = 0
        self._builder: Any = None
        self._told = Met("", (), None)

    def step(self, kind: str, value: Any) -> Iterator[Met] | tuple[Met, ...] | None:
        """What this part of the file completes."""
        if kind in _OPENING:
            self._depth += 1
            if self._depth > DEPTH:
                raise NotThisFormat(f"the JSON nests deeper than {DEPTH} levels")
        elif kind in _CLOSING:
            self._depth -= 1
        if self._builder is not None:
            return self._build(kind, value)
        if self._passing:
            if self._depth < self._passing:
                self._passing = 0
            return None
        if kind == "map_key":
            self._keys[-1] = value
            return None
        if kind in _CLOSING:
            self._nodes.pop()
            self._keys.pop()
            return None
        return self._begin(kind, value)

    def _build(self, kind: str, value: Any) -> tuple[Met, ...] | None:
        self._builder.event(kind, value)
        if self._depth >= self._start:
            return None
        told, self._builder = Met(self._told.path, self._told.at, self._builder.value), None
        return (told,)

    def _begin(self, kind: str, value: Any) -> tuple[Met, ...] | None:
        """A value begins: it is built, entered, complained of, or let pass."""
        node = self._next()
        opening = kind in _OPENING
        if node is None:
            self._passing = self._depth if opening else 0
            return (
                (Met("", tuple(self._keys), None),) if len(self._keys) == 1 and isinstance(self._keys[0], str) else None
            )
        at = tuple(self._keys)
        if node.wanted:
            if not opening:
                return (Met(node.path, at, value),)
            self._builder, self._start, self._told = ijson.ObjectBuilder(), self._depth, Met(node.path, at, None)
            self._builder.event(kind, value)
            return None
        shown = {"start_map": {}, "start_array": []}.get(kind, value)
        if wrong := _mistyped(node, at, shown):
            self._passing = self._depth if opening else 0
            return (wrong,)
        if not opening:
            return None
        self._nodes.append(node)
        self._keys.append(-1 if kind == "start_array" else "")
        return (Met(node.path, at, None, begun=True),) if node.group else None

    def _next(self) -> Node | None:
        """What is wanted of the value that begins now."""
        if not self._nodes:
            return self._root
        key = self._keys[-1]
        if isinstance(key, int):
            self._keys[-1] = key = key + 1
        return self._nodes[-1].child(key)
