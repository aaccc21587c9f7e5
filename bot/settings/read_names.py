"""Lists of names that may also be the word ``any``, which has to be written: leaving a key out never says it."""

from __future__ import annotations

from bot.settings.section import Section

ANY = "any"


def or_any(section: Section, key: str, kind: str, besides: tuple[str, ...]) -> frozenset[str] | None:
    """The names listed, or None for the word ``any``. ``besides`` are words that mean something of their own."""
    if not section.count(key):
        section.missing(key, f"list them, or write {key}: {ANY}")
        return frozenset()
    names = section.names(key, kind, besides=(*besides, ANY))
    if ANY in names and len(names) > 1:
        section.problem(key, f'"{ANY}" among others', f"write {key}: {ANY}, or only the others")
    return None if names == (ANY,) else frozenset(names)
