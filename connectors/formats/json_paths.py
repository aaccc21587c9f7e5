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

from connectors.contract.failure import NotThisFormat
from connectors.formats.json_parts import Parts, passing
from connectors.text import DEPTH

At = tuple[str | int, ...]  # the keys and numbers that lead to a value
EACH, NAMED = "[]", "{}"
_TOKEN = re.compile(r"\[\]|\{\}|[^.\[\]{}]+")
_OPENING: dict[str, type[dict[str, Any]] | type[list[Any]]] = {"start_map": dict, "start_array": list}
_CLOSING = frozenset({"end_map", "end_array"})
_CHANGES = dict.fromkeys(_OPENING, 1) | dict.fromkeys(_CLOSING, -1)


@dataclass(frozen=True, slots=True)
class Met:
    """One value met at ``at``.

    ``path`` is the wanted path; "" where only the top-level key is told. ``begun``: a group begins here, and ``value``
    is empty (XML's: its attributes). ``expected`` is what should be here ("a list") when it is something else, which
    ``value`` shows.
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


def held(value: Any, node: Node, at: At = ()) -> Iterator[Met]:
    """What is met in a value that is held whole, in its own order. Depth is the caller's: see connectors.text."""
    if node.wanted:
        yield Met(node.path, at, value)
        return
    met = _told(node, at, type(value)() if isinstance(value, dict | list) else value)
    if met is not None:
        yield met
        if met.expected:
            return
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
    return passing(file, lambda parts: _walk(parts, node))


def _walk(parts: Parts, root: Node) -> Iterator[Met]:
    """What is met while the parts pass. What is built or let pass is drained by loops of their own: it is the most."""
    nodes: list[Node] = []  # the places on the way that something is wanted below
    keys: list[str | int] = []  # for each the present member
    for kind, value in parts:
        if kind == "map_key":
            keys[-1] = value
            continue
        if kind in _CLOSING:
            nodes.pop()
            keys.pop()
            continue
        node, opens = _next(root, nodes, keys), kind in _OPENING
        if node is not None and node.wanted:
            yield Met(node.path, tuple(keys), built(parts, kind, len(nodes) + 1) if opens else value)
            continue
        met = _told(node, tuple(keys), _OPENING[kind]() if opens else value)
        if met is not None:
            yield met
        if opens and (node is None or (met is not None and met.expected)):
            _let_pass(parts, len(nodes) + 1)
        elif opens and node is not None:
            nodes.append(node)
            keys.append(-1 if kind == "start_array" else "")


def _next(root: Node, nodes: list[Node], keys: list[str | int]) -> Node | None:
    """What is wanted of the value that begins now."""
    if not nodes:
        return root
    key = keys[-1]
    if isinstance(key, int):
        keys[-1] = key = key + 1
    return nodes[-1].child(key)


def _told(node: Node | None, at: At, shown: Any) -> Met | None:
    """What a value that is not wanted whole tells: its top-level key, that it is wrong here, or that a group begins.

    ``shown`` is the value, emptied where it is a list or an object.
    """
    if node is None:
        return Met("", at, None) if len(at) == 1 and isinstance(at[0], str) else None
    if node.below and shown is not None and not isinstance(shown, list if node.is_list else dict):
        return Met(node.path, at, shown, expected="a list" if node.is_list else "an object")
    return Met(node.path, at, shown, begun=True) if node.group and isinstance(shown, dict | list) else None


def _let_pass(parts: Parts, depth: int) -> None:
    """Drain the rest of a list or object that has begun ``depth`` levels deep."""
    outside = depth - 1
    for kind, _ in parts:
        if kind in _CHANGES:
            depth += _CHANGES[kind]
            if depth == outside:
                return
            if depth > DEPTH:
                raise _too_deep()


def built(parts: Parts, kind: str, depth: int = 1) -> Any:
    """The list or object whose beginning was ``kind``, ``depth`` levels deep, built of the parts that follow.

    ijson's own ObjectBuilder takes several times as long. Raises NotThisFormat beyond 64 levels.
    """
    whole: Any = _OPENING[kind]()
    holder = whole
    above: list[Any] = []
    key: Any = None
    for kind, value in parts:
        if kind == "map_key":
            key = value
            continue
        if kind in _CLOSING:
            if not above:
                break
            holder = above.pop()
            continue
        member = _OPENING[kind]() if kind in _OPENING else value
        if type(holder) is dict:
            holder[key] = member
        else:
            holder.append(member)
        if kind in _OPENING:
            above.append(holder)
            holder = member
            if depth + len(above) > DEPTH:
                raise _too_deep()
    return whole


def _too_deep() -> NotThisFormat:
    return NotThisFormat(f"the JSON nests deeper than {DEPTH} levels")
