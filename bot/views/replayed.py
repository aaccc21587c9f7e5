"""What a replay came to, in words: for the terminal."""

from __future__ import annotations

from bot.model.replayed import Replayed
from bot.views.counts import counted

COLUMNS = (
    "parser",
    "deliveries",
    "new",
    "changed",
    "same",
    "older",
    "components",
    "statements",
    "released",
    "still quarantined",
    "unreadable",
    "not kept",
)
_COUNTS = (
    *("deliveries", "new", "changed", "same", "older", "components", "statements"),
    *("released", "still", "unreadable", "not_kept"),
)
_MOVED = ("new", "changed", "released", "components", "statements")


def rows(found: Replayed) -> list[tuple[str, ...]]:
    """One row a parser version, the newest first, with the columns of ``COLUMNS``."""
    return [
        (
            f"{version} → {found.parser_version}",
            *(str(getattr(counts, name)) for name in _COUNTS),
        )
        for version, counts in sorted(found.by_version.items(), reverse=True)
    ]


def outcome(found: Replayed, *, changes: bool) -> str:
    """The one sentence that says what happened, or what to do to make it happen."""
    new, changed, released, components, statements = (found.total(name) for name in _MOVED)
    what = f"{counted(new, 'new finding')}, {changed} changed, {counted(released, 'record')} out of quarantine"
    what += f", {counted(components, 'component')} of assets changed" if components else ""
    what += f", {counted(statements, 'statement')} changed" if statements else ""
    if changes:
        return f"Done: {what}. Cards were edited in place; only what is new was told."
    if not any(found.total(name) for name in _MOVED):
        return "Nothing would change."
    return f"It would be: {what}. Nothing was changed; run it again with --apply."


def left_out(found: Replayed) -> str:
    """What was not read again, and why; "" when everything was."""
    lost = found.total("not_kept")
    if not lost:
        return ""
    return (
        f"Not read again: {counted(lost, 'report')} whose file is not kept any more. Report files are kept as long as "
        "retention.reports and limits.kept_scan_bytes in config/suture.yaml say; send them once more."
    )
