"""The shapes a payload may have (JSON, NDJSON, XML, CSV), each with its places and the ways to spoil it there."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from xml.etree import ElementTree

from connectors.packed import unpacked

DROPPED = object()


def plain(key: str) -> str:
    """A key as the word lists have it: lower case, letters and digits only."""
    return "".join(c for c in key.lower() if c.isalnum() or c == "#")


@dataclass(frozen=True)
class Place:
    """One place in a payload: how to get there, the nearest name, that of what it lies in, and what stands there."""

    path: tuple[Any, ...]
    key: str
    parent: str
    value: Any


class Shape(Protocol):
    """A payload that can be spoilt."""

    def places(self) -> Iterator[Place]: ...
    def put(self, place: Place, new: Any) -> bytes:
        """The payload with ``new`` at the place; DROPPED takes it away."""
        ...

    def reversed(self, is_ordered: Callable[[str, str], bool]) -> bytes:
        """With every list whose order means nothing back to front."""
        ...

    def without(self, is_told: Callable[[str], bool]) -> bytes:
        """Without what stands under the keys."""
        ...


class Json:
    def __init__(self, body: bytes) -> None:
        self.value = json.loads(body)

    def write(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def places(self) -> Iterator[Place]:
        yield from _inside(self.value, (), "")

    def put(self, place: Place, new: Any) -> bytes:
        return self.write(_changed(self.value, place.path, new))

    def reversed(self, is_ordered: Callable[[str, str], bool]) -> bytes:
        return self.write(_reversed(self.value, is_ordered))

    def without(self, is_told: Callable[[str], bool]) -> bytes:
        return self.write(_without(self.value, is_told))


def _inside(value: Any, path: tuple[Any, ...], name: str) -> Iterator[Place]:
    held = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in held:
        own = key if isinstance(key, str) else name
        yield Place((*path, key), own, name, inner)
        yield from _inside(inner, (*path, key), own)


def _changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of what lies on the path alone; the rest is the same."""
    key, *rest = path
    changed = copy.copy(value)
    if rest:
        changed[key] = _changed(value[key], tuple(rest), new)
    elif new is DROPPED:
        del changed[key]
    else:
        changed[key] = new
    return changed


def _reversed(value: Any, is_ordered: Callable[[str, str], bool], name: str = "", parent: str = "") -> Any:
    if isinstance(value, list):
        inner = [_reversed(one, is_ordered, name, parent) for one in value]
        return inner if is_ordered(name, parent) else inner[::-1]
    if isinstance(value, dict):
        return {key: _reversed(held, is_ordered, key, name) for key, held in value.items()}
    return value


def _without(value: Any, is_told: Callable[[str], bool]) -> Any:
    if isinstance(value, list):
        return [_without(inner, is_told) for inner in value]
    if isinstance(value, str) and value.startswith('{"'):  # an envelope's text
        return json.dumps(_without(json.loads(value), is_told))
    if not isinstance(value, dict):
        return value
    return {key: _without(held, is_told) for key, held in value.items() if not is_told(key)}


class Lines(Json):
    """Newline-delimited JSON: a list of documents."""

    def __init__(self, body: bytes) -> None:
        self.value = [json.loads(line) for line in body.splitlines() if line.strip()]

    def write(self, value: Any) -> bytes:
        return b"".join(json.dumps(one).encode() + b"\n" for one in value)


class Xml:
    """Attributes (``@name``) and elements with text are its places; an element's number finds it again."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._root = ElementTree.fromstring(body)

    def places(self) -> Iterator[Place]:
        parents = {child: element for element in self._root.iter() for child in element}
        for number, element in enumerate(self._root.iter()):
            tag = _local(element.tag)
            above = parents.get(element)
            for name, value in element.attrib.items():
                yield Place((number, name), _local(name), tag, value)
            if len(element) == 0:
                yield Place((number, ""), tag, _local(above.tag) if above is not None else "", element.text or "")
            elif above is not None:
                yield Place((number, "/"), tag, _local(above.tag), None)

    def put(self, place: Place, new: Any) -> bytes:
        root = copy.deepcopy(self._root)
        number, name = place.path
        element = list(root.iter())[number]
        text = "" if new is None or new is DROPPED else new if isinstance(new, str) else json.dumps(new)
        text = "".join(c for c in text if c.isprintable())  # XML itself forbids the rest
        if new is DROPPED and name in ("", "/"):
            next((one.remove(element) for one in root.iter() if element in list(one)), None)
        elif new is DROPPED:
            del element.attrib[name]
        elif name in ("", "/"):
            for child in list(element):
                element.remove(child)
            element.text = text
        else:
            element.set(name, text)
        return ElementTree.tostring(root)

    def reversed(self, is_ordered: Callable[[str, str], bool]) -> bytes:
        root = copy.deepcopy(self._root)
        for element in root.iter():
            if not is_ordered(_local(element.tag), ""):
                element[:] = element[::-1]
        return ElementTree.tostring(root)

    def without(self, is_told: Callable[[str], bool]) -> bytes:
        root = copy.deepcopy(self._root)
        for element in list(root.iter()):
            for name in [name for name in element.attrib if is_told(_local(name))]:
                del element.attrib[name]
            for child in [child for child in element if is_told(_local(child.tag))]:
                element.remove(child)
        return ElementTree.tostring(root)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


class Csv:
    """Cells are its places; dropping one drops its column's heading and cells alike."""

    def __init__(self, body: bytes) -> None:
        text = body.decode("utf-8-sig")
        self._delimiter = max(",;\t", key=text.partition("\n")[0].count)
        self._rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter))

    def write(self, rows: list[list[str]]) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self._delimiter).writerows(rows)
        return out.getvalue().encode()

    def places(self) -> Iterator[Place]:
        for number, row in enumerate(self._rows[1:], 1):
            for column, cell in enumerate(row):
                yield Place((number, column), self._rows[0][column].strip(), "", cell)

    def put(self, place: Place, new: Any) -> bytes:
        rows = [list(row) for row in self._rows]
        number, column = place.path
        if new is DROPPED:
            return self.write([row[:column] + row[column + 1 :] for row in rows])
        rows[number][column] = "" if new is None else new if isinstance(new, str) else json.dumps(new)
        return self.write(rows)

    def reversed(self, is_ordered: Callable[[str, str], bool]) -> bytes:
        return self.write([self._rows[0], *self._rows[:0:-1]])

    def without(self, is_told: Callable[[str], bool]) -> bytes:
        rows = [list(row) for row in self._rows]
        for row in rows[1:]:
            for column, name in enumerate(rows[0]):
                row[column] = "" if is_told(name.strip()) else row[column]
        return self.write(rows)


_SHAPES: dict[str, Callable[[bytes], Shape]] = {
    **dict.fromkeys(("json", "sarif", "cdx"), Json),
    **dict.fromkeys(("ndjson", "jsonl"), Lines),
    **dict.fromkeys(("xml", "nessus"), Xml),
    "csv": Csv,
}


def is_shaped(name: str) -> bool:
    """Whether a payload of that name can be spoilt; text that is none of these cannot."""
    return name.removesuffix(".gz").removesuffix(".zip").rpartition(".")[2] in _SHAPES


def shape_of(name: str, body: bytes) -> Shape:
    """The payload by its suffix, unpacked where it is packed."""
    return _SHAPES[name.removesuffix(".gz").removesuffix(".zip").rpartition(".")[2]](unpacked(body))
