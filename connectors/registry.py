"""Every source and every fix there is, found by walking their families; anything wrong with one stops the start.

Other distributions add sources through the entry point group ``suture.sources``.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

from connectors import fixes as fix_family
from connectors import sources as source_family
from connectors.contract.fix import Fix
from connectors.contract.source import Source

ENTRY_POINTS = "suture.sources"
_FIX_PARTS = ("id", "title", "platform", "docs", "permissions", "offers", "plan", "apply", "verify", "undo")


class RegistryError(Exception):
    """A member of a family that cannot be used. The message names its module and what is wrong with it."""


def sources(plugged: Iterable[EntryPoint] | None = None) -> dict[str, Source]:
    """Every source by its id: one file each in ``connectors.sources``, and those of installed entry points.

    Raises RegistryError for a file without SOURCE, one that cannot be imported, and an id that is taken.
    """
    found = [(module.__name__, getattr(module, "SOURCE", None)) for module in _modules(source_family)]
    points = _installed(tuple(sys.path)) if plugged is None else plugged
    found += [(point.value, _load(point)) for point in points]
    for name, value in found:
        if not isinstance(value, Source):
            raise RegistryError(f"{name}: SOURCE is missing or no connectors.contract.source.Source")
    return _by_id((name, value) for name, value in found if isinstance(value, Source))


def fixes(family: ModuleType = fix_family) -> dict[str, Fix]:
    """Every fix by its id: the ``FIX`` of each file in ``connectors.fixes`` that has one; others are shared rooms.

    Raises RegistryError for a file that cannot be imported, a FIX that lacks a part of the contract, and an id that is
    taken.
    """
    found = [(module.__name__, module.FIX) for module in _modules(family) if hasattr(module, "FIX")]
    for name, fix in found:
        missing = [part for part in _FIX_PARTS if not hasattr(fix, part)]
        if missing:
            raise RegistryError(f"{name}: FIX has no {', '.join(missing)}")
    return _by_id(found)


@lru_cache(maxsize=4)
def _installed(where: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """The entry points of what is installed ``where`` Python looks; reading what it says of itself takes its time."""
    return tuple(entry_points(group=ENTRY_POINTS))


def _by_id(found: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    homes: dict[str, str] = {}
    for name, member in found:
        if member.id in members:
            raise RegistryError(f"{name}: the id {member.id!r} is taken by {homes[member.id]}")
        members[member.id], homes[member.id] = member, name
    return dict(sorted(members.items()))


def _modules(family: ModuleType) -> Iterator[ModuleType]:
    """Every module of a family at any depth, imported; packages themselves are only shelves."""
    for found in pkgutil.iter_modules(family.__path__, f"{family.__name__}."):
        module = _import(found.name)
        if found.ispkg:
            yield from _modules(module)
        else:
            yield module


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (ImportError, SyntaxError, AttributeError, NameError, TypeError, ValueError, LookupError, OSError) as error:
        raise RegistryError(f"{name}: cannot be imported: {type(error).__name__}: {error}") from error


def _load(point: EntryPoint) -> object:
    try:
        return point.load()
    except (ImportError, SyntaxError, AttributeError, NameError, TypeError, ValueError, LookupError, OSError) as error:
        raise RegistryError(f"{point.value}: cannot be loaded: {type(error).__name__}: {error}") from error
