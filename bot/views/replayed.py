"""What a replay came to, in words: for the terminal."""

from __future__ import annotations

from bot.model.replayed import Replayed
from bot.views.counts import counted

_ALWAYS = {
    "deliveries": "deliveries",
    "new": "new",
    "changed": "changed",
    "same": "same",
    "older": "older",
    "released": "released",
    "still": "still quarantined",
    "unreadable": "unreadable",
}
_WHEN_ANY = {"components": "components", "statements": "statements", "not_kept": "not kept"}
_MOVED = ("new", "changed", "released", "components", "statements")


def columns(found: Replayed) -> tuple[str, ...]:
    """The heads of the columns; what only few sources tell has one where there is any of it."""
    return ("parser", *_shown(found).values())


def rows(found: Replayed) -> list[tuple[str, ...]]:
    """One row a parser version, the newest first, with those columns."""
    return [
        (f"{version} → {found.parser_version}", *(str(getattr(counts, name)) for name in _shown(found)))
        for version, counts in sorted(found.by_version.items(), reverse=True)
    ]


def _shown(found: Replayed) -> dict[str, str]:
    return _ALWAYS | {name: head for name, head in _WHEN_ANY.items() if found.total(name)}


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
        "retention.reports and limits.kept_scan_bytes in config/suture.yaml say, and never those of a source whose "
        "reports quote secrets; send them once more."
    )
