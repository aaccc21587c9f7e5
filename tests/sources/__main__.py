"""``make sources``: what each source makes of our payloads, and of real ones where they lie beside the checkout."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.connectors.sources.payloads import SOURCES
from tests.sources.trying import Tried, folders, own_files, sampled, unread

_REASONS = 2  # shown of a row


def table_of(title: str, rows: Sequence[Sequence[Tried]]) -> Table:
    """One row a source: its files, and what came of them."""
    shown = Table(title=title, title_justify="left")
    for head in (
        "source",
        "files",
        "findings",
        "besides",
        "quarantined, with the reason",
        "merged",
        "µs/finding",
        "counts",
    ):
        shown.add_column(head, justify="right" if head in ("files", "findings", "merged", "µs/finding") else "left")
    for tried in rows:
        shown.add_row(*_row(tried))
    return shown


def _row(tried: Sequence[Tried]) -> list[str]:
    findings = sum(len(one.findings) for one in tried)
    seconds = sum(one.seconds for one in tried if one.findings)
    besides = sum((one.besides for one in tried), Counter[str]())
    return [
        tried[0].source,
        f"{len(tried)}",
        f"{findings:,}",
        ", ".join(f"{times:,} {name}" for name, times in sorted(besides.items())),
        escape(_aside(tried)),
        f"{sum(one.merged for one in tried)}",
        f"{1e6 * seconds / findings:,.0f}" if findings else "",
        _agreement(tried),
    ]


def _aside(tried: Sequence[Tried]) -> str:
    reasons = Counter(one.reason for each in tried for one in each.quarantined)
    reasons += Counter(f"refused: {each.refused}" for each in tried if each.refused)
    told = [f"{times}: {reason[:70]}" for reason, times in reasons.most_common(_REASONS)]
    more = f"{len(reasons) - _REASONS} more reasons" if len(reasons) > _REASONS else ""
    return "\n".join(filter(None, [*told, more]))


def _agreement(tried: Sequence[Tried]) -> str:
    if any(one.wrong for one in tried):
        return "[red]DIFFER[/red]"
    return "agree" if all(one.counted is not None for one in tried) else "not counted"


def grouped(tried: Sequence[Tried]) -> list[list[Tried]]:
    """By source, in order of their names."""
    return [[one for one in tried if one.source == name] for name in sorted({one.source for one in tried})]


def report(console: Console, with_samples: bool) -> list[str]:
    """Print the tables; returns what does not agree, each with its file's name."""
    own = [one for source in SOURCES.values() for one in own_files(source)]
    console.print(table_of(f"{len(own)} payloads of our own, beside their golden files", grouped(own)))
    real = [one for folder in folders() for one in sampled(folder)] if with_samples else []
    if real:
        console.print(table_of(f"{len(real)} real files, beside a count that knows no source", grouped(real)))
    if with_samples and (left := unread()):
        console.print(f"No source reads the samples of: {', '.join(left)}.", style="dim", highlight=False)
    return [one.wrong for one in (*own, *real) if one.wrong]


def main(words: Sequence[str] | None = None) -> int:
    """Print; 1 when a record was lost or invented."""
    parser = argparse.ArgumentParser(prog="python -m tests.sources", description=__doc__)
    parser.add_argument("--own", action="store_true", help="our own payloads only")
    chosen = parser.parse_args(words)
    console = Console(width=None if sys.stdout.isatty() else 160)
    wrong = report(console, not chosen.own)
    for line in wrong:
        console.print(line, style="red", highlight=False, markup=False)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
