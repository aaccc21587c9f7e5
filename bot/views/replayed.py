"""What a replay came to, in words: for the terminal."""

from __future__ import annotations

from bot.model.replayed import Replayed
from bot.views.counts import counted

COLUMNS = ("parser", "deliveries", "new", "changed", "same", "older", "released", "still quarantined", "unreadable")


def rows(found: Replayed) -> list[tuple[str, ...]]:
    """One row a parser version, the newest first, with the columns of ``COLUMNS``."""
    return [
        (
            f"{version} → {found.parser_version}",
            *(str(getattr(counts, name)) for name in ("deliveries", "new", "changed", "same", "older")),
            *(str(getattr(counts, name)) for name in ("released", "still", "unreadable")),
        )
        for version, counts in sorted(found.by_version.items(), reverse=True)
    ]


def outcome(found: Replayed, *, changes: bool) -> str:
    """The one sentence that says what happened, or what to do to make it happen."""
    new, changed, released = (found.total(name) for name in ("new", "changed", "released"))
    what = f"{counted(new, 'new finding')}, {changed} changed, {counted(released, 'record')} out of quarantine"
    if changes:
        return f"Done: {what}. Cards were edited in place; only what is new was told."
    if not (new or changed or released):
        return "Nothing would change."
    return f"It would be: {what}. Nothing was changed; run it again with --apply."
