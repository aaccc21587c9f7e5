"""An XML element as a Wild: attributes under ``@name``, children by local name, text as the value or ``#text``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element  # the type only: defusedxml parses

from connectors.text import NAME
from connectors.wild import Wild

TEXT = "#text"


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def value_of(element: Element) -> Any:
    """The element as plain values: text when it has neither attributes nor children, else an object.

    A child that comes once is its value, several are a list; ``Tag`` reads both alike.
    """
    text = (element.text or "").strip()
    if len(element) == 0 and not element.attrib:
        return text
    told: dict[str, Any] = {f"@{local(name)}": held for name, held in element.attrib.items()}
    for child in element:
        name, held = local(child.tag), value_of(child)
        if name not in told:
            told[name] = held
        elif isinstance(told[name], list):
            told[name].append(held)
        else:
            told[name] = [told[name], held]
    if text or len(element) == 0:
        told[TEXT] = text
    return told


class Tag(Wild):
    """A Wild over :func:`value_of`: of several children the first is meant, and an element's text is its value.

    ``told.text("@severity")``, ``told.text("Host", "ip")``, ``told.items("cve")`` (also of one), ``told.need("name")``.
    """

    __slots__ = ()

    def get(self, *path: str) -> Any:
        """The value at ``path``; None when it, or an element on the way, is missing."""
        value = self._raw(path)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict) and TEXT in value:
            return value[TEXT]
        return value if value != "" or not path else None

    def text(self, *path: str, limit: int = NAME) -> str:
        """Cleaned text; "" when missing."""
        return self._text(path, limit)

    def _raw(self, path: tuple[str, ...]) -> Any:
        value = self.value
        for depth, key in enumerate(path):
            if isinstance(value, list):
                value = value[0] if value else None
            if value is None or value == "":
                return None
            if not isinstance(value, dict):
                if key == TEXT:
                    return value
                return None  # an element without children has none of that name
            value = value.get(key)
            if value is None and depth < len(path):
                return None
        return value

    def at(self, *path: str) -> Tag:
        """The element at ``path``; it may be missing."""
        found = self
        for key in path:
            value = found._raw((key,))
            found = Tag(value[0] if isinstance(value, list) and value else value, found, key)
        return found

    def items(self, *path: str) -> Iterator[Wild]:
        """Every child of that name; none when there is none."""
        up = self.at(*path[:-1]) if path else self
        value = up._raw(path[-1:]) if path else self.value
        if value is None:
            return
        members = value if isinstance(value, list) else [value]
        for number, member in enumerate(members):
            yield Tag(member, Tag(members, up, path[-1]) if path else self, number)
