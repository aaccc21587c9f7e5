"""CycloneDX in XML, read as the JSON it stands for, so that one reader knows both.

The extension for vulnerabilities of versions before 1.4 (http://cyclonedx.org/schema/ext/vulnerability/1.0) as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.formats.tags import TEXT
from connectors.wild import Wild

# A list stands in an element of its own; its members have this name.
_LISTS: Mapping[str, str] = {
    "advisories": "advisory",
    "affects": "target",
    "authors": "author",
    "components": "component",
    "cwes": "cwe",
    "externalReferences": "reference",
    "properties": "property",
    "ratings": "rating",
    "recommendations": "recommendation",
    "references": "reference",
    "responses": "response",
    "versions": "version",
    "vulnerabilities": "vulnerability",
}


def shaped(told: Wild) -> Wild:
    """The element as JSON has it; what cannot be read in it is told at the element's place."""
    return Wild(_value(told.value, ""), told.pointer())


def _value(held: Any, name: str) -> Any:
    if isinstance(held, list):
        held = held[0] if held else None
    if not isinstance(held, dict):
        return held
    if set(held) == {TEXT} or (TEXT in held and name != "property"):
        return held[TEXT]
    told = {_key(key): _member(key, inner) for key, inner in held.items()}
    if name == "rating" and isinstance(told.get("score"), dict):
        told["score"] = told["score"].get("base")
    return told


def _key(key: str) -> str:
    return "value" if key == TEXT else key.removeprefix("@")


def _member(key: str, held: Any) -> Any:
    wrapped = _LISTS.get(key)
    if wrapped is None or not isinstance(held, dict | list):
        return _value(held, key)
    holder = held[0] if isinstance(held, list) and held else held
    members = holder.get(wrapped, []) if isinstance(holder, dict) else []
    return [_value(member, wrapped) for member in (members if isinstance(members, list) else [members])]
