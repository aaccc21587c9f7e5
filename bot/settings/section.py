"""One table of a config file, read key by key: each read checks, tells what is wrong, and goes on with the default.

What nobody asked for when the reading is over is an unknown key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from bot.settings.notebook import Notebook, Place
from bot.settings.problems import did_you_mean
from bot.settings.scalars import (
    Check,
    Word,
    Wrong,
    as_flag,
    as_fraction,
    as_number,
    as_parsed,
    as_text,
    as_values,
    as_word,
)
from bot.settings.units import parse_duration, parse_size
from bot.settings.yaml_lines import Items, Node, Scalar, Table

Value = TypeVar("Value")


class Section:
    """A table with its file and path. Every section made is checked for unknown keys by :meth:`close`."""

    def __init__(self, notebook: Notebook, file: str, table: Table, path: str = "", generic: str = "") -> None:
        self.notebook = notebook
        self.file = file
        self.path = path
        self._generic = generic  # the path with [] and <id> for what varies, as the docs name it
        self._table = table
        self._asked: set[str] = set()
        self._children: list[Section] = []
        self._sections: dict[str, Section] = {}

    # --- places and problems

    @property
    def place(self) -> Place:
        return Place(self.file, self._table.line, self.path)

    def at(self, key: str, index: int | None = None) -> Place:
        """The place of a key, or of one item of its list."""
        field = f"{self.path}.{key}" if self.path else key
        node = self._table.entries.get(key)
        if index is not None and isinstance(node, Items):
            return Place(self.file, node.items[index].line, f"{field}[{index}]")
        return Place(self.file, self._table.key_lines.get(key, self._table.line), field)

    def problem(self, key: str, what: str, remedy: str = "", index: int | None = None) -> None:
        self.notebook.problem(self.at(key, index), what, remedy)

    def close(self) -> None:
        """Tell of the keys nobody asked for, here and below."""
        for key in self._table.entries.keys() - self._asked:
            self.problem(key, "unknown key", did_you_mean(key, self._asked))
        for child in self._children:
            child.close()

    # --- nodes

    def node(self, key: str) -> Node | None:
        """The value of a key; None when it is absent or empty."""
        self._asked.add(key)
        self.notebook.asked.add(f"{self._generic}.{key}" if self._generic else key)
        found = self._table.entries.get(key)
        return None if isinstance(found, Scalar) and found.value is None else found

    def has(self, key: str) -> bool:
        return self.node(key) is not None

    def is_table(self, key: str) -> bool:
        return isinstance(self.node(key), Table)

    def count(self, key: str) -> int:
        """How many values a key has: 0 when absent or an empty list, 1 for one value or table."""
        node = self.node(key)
        return len(node.items) if isinstance(node, Items) else int(node is not None)

    def missing(self, key: str, remedy: str = "") -> None:
        self.notebook.problem(Place(self.file, self._table.line, self.path), f'the key "{key}" is missing', remedy)

    def written(self) -> tuple[str, ...]:
        return tuple(self._table.entries)

    # --- single values

    def text(self, key: str, default: str = "", *, check: Check | None = None) -> str:
        return self._one(key, default, lambda node: as_text(node, check))

    def required(self, key: str, *, check: Check | None = None) -> str:
        if not self.has(key):
            self.missing(key)
        return self.text(key, check=check)

    def flag(self, key: str, default: bool) -> bool:
        return self._one(key, default, as_flag)

    def number(self, key: str, default: int, *, least: int = 1, most: int = 2**31) -> int:
        return self._one(key, default, lambda node: as_number(node, least, most))

    def fraction(self, key: str, default: float) -> float:
        return self._one(key, default, as_fraction)

    def duration(self, key: str, default: timedelta) -> timedelta:
        return self._one(key, default, lambda node: as_parsed(node, parse_duration))

    def size(self, key: str, default: int) -> int:
        return self._one(key, default, lambda node: as_parsed(node, parse_size))

    def choice(self, key: str, words: type[Word], default: Word) -> Word:
        return self._one(key, default, lambda node: as_word(node, words))

    def values(self, key: str) -> dict[str, Any]:
        """The table under a key as plain values of any depth: what is another's to check."""
        return self._one(key, {}, as_values)

    def name(self, key: str, kind: str) -> str:
        """The name of a thing declared elsewhere, "" when absent."""
        name = self.text(key)
        if name:
            self.notebook.use(kind, name, self.at(key))
        return name

    # --- lists; one value alone counts as a list of one, and what does not pass is told and left out

    def texts(self, key: str, *, check: Check | None = None) -> tuple[str, ...]:
        return tuple(text for text, _ in self.placed_texts(key, check=check))

    def placed_texts(self, key: str, *, check: Check | None = None) -> list[tuple[str, Place]]:
        return self._many(key, lambda node: as_text(node, check))

    def numbers(self, key: str, least: int, most: int) -> frozenset[int]:
        return frozenset(value for value, _ in self._many(key, lambda node: as_number(node, least, most)))

    def choices(self, key: str, words: type[Word]) -> frozenset[Word]:
        return frozenset(word for word, _ in self._many(key, lambda node: as_word(node, words)))

    def names(self, key: str, kind: str, *, besides: Iterable[str] = ()) -> tuple[str, ...]:
        """The names of things declared elsewhere; ``besides`` are words that mean something of their own."""
        found = self.placed_texts(key)
        for name, place in found:
            if name not in besides:
                self.notebook.use(kind, name, place)
        return tuple(name for name, _ in found)

    # --- tables

    def section(self, key: str) -> Section:
        """The table under a key, the same one each time; an empty one when it is absent."""
        node = self.node(key)
        if key in self._sections:
            return self._sections[key]
        if node is not None and not isinstance(node, Table):
            self.problem(key, "expected keys and values")
        table = node if isinstance(node, Table) else Table(self.at(key).line)
        self._sections[key] = self._child(table, self.at(key).field, key)
        return self._sections[key]

    def sections(self, key: str) -> list[Section]:
        """The tables of a list."""
        found = []
        for index, (node, place) in enumerate(self._list(key)):
            if isinstance(node, Table):
                found.append(self._child(node, f"{self.at(key).field}[{index}]", f"{key}[]"))
            else:
                self.notebook.problem(place, "expected keys and values")
        return found

    def named_sections(self) -> list[tuple[str, Section]]:
        """Every key of this table with the table under it: where the keys are names of the person's own."""
        self._asked.update(self._table.entries)
        found = []
        for key, node in self._table.entries.items():
            empty = isinstance(node, Scalar) and node.value is None
            if not empty and not isinstance(node, Table):
                self.problem(key, "expected keys and values")
            table = node if isinstance(node, Table) else Table(self.at(key).line)
            found.append((key, self._child(table, self.at(key).field, "<id>")))
        return found

    def _child(self, table: Table, path: str, generic: str) -> Section:
        whole = f"{self._generic}.{generic}" if self._generic else generic
        child = Section(self.notebook, self.file, table, path, whole)
        self._children.append(child)
        return child

    # --- how they are read

    def _one(self, key: str, default: Value, read: Callable[[Node], Value]) -> Value:
        node = self.node(key)
        value = None if node is None else self._take(node, self.at(key), read)
        return default if value is None else value

    def _many(self, key: str, read: Callable[[Node], Value]) -> list[tuple[Value, Place]]:
        taken = ((self._take(node, place, read), place) for node, place in self._list(key))
        return [(value, place) for value, place in taken if value is not None]

    def _take(self, node: Node, place: Place, read: Callable[[Node], Value]) -> Value | None:
        try:
            return read(node)
        except Wrong as wrong:
            self.notebook.problem(place, wrong.what, wrong.remedy)
            return None

    def _list(self, key: str) -> list[tuple[Node, Place]]:
        node = self.node(key)
        if node is None:
            return []
        if isinstance(node, Items):
            return [(item, self.at(key, index)) for index, item in enumerate(node.items)]
        if isinstance(node, Scalar):
            return [(node, self.at(key))]
        self.problem(key, "expected a list")
        return []
