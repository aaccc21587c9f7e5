"""``make chaos``: kill -9 at random under load; the verdict is by what the outside saw."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.checker import Evidence, Verdict, check
from tests.chaos.storm import play

console = Console()


def main() -> int:
    """Play, print, and answer 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Kill it under load, and count.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--groups", type=int, default=60, help="security groups to be fixed meanwhile")
    parser.add_argument("--rate", type=float, default=40, help="alerts a second")
    parser.add_argument("--seed", type=int, default=20140407)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        said = lambda line: console.print(f"[dim]{line}[/dim]", highlight=False)  # noqa: E731
        evidence = asyncio.run(play(Path(folder), chosen.kills, chosen.groups, chosen.seed, chosen.rate, said))
    verdict = check(evidence)
    console.print(table(evidence, verdict, chosen.kills, chosen.seed))
    for name in verdict.__slots__:
        broken = getattr(verdict, name)
        if broken:
            console.print(f"{name.replace('_', ' ')}: {', '.join(broken[:20])}", style="red")
    for name in (*verdict.clicks_lost, *verdict.fixes_vanished):
        card = next((card for card in evidence.cards if f"{name}." in card.words), None)
        console.print(f"{name}: {card.words}\n{card.thread}" if card else f"{name}: no card", style="dim", markup=False)
    return 0 if verdict.holds else 1


def table(evidence: Evidence, verdict: Verdict, kills: int, seed: int) -> Table:
    """The counts."""
    shown = Table(
        "promise", "of", "broken", title=f"{kills} kills, seed {seed}: {'it holds' if verdict.holds else 'BROKEN'}"
    )
    for promise, of, broken in (
        ("accepted alerts lost", len(evidence.accepted), verdict.alerts_lost),
        ("acknowledged clicks lost", len(evidence.taken), verdict.clicks_lost),
        ("messages doubled", len(evidence.cards), verdict.messages_doubled),
        ("fixes run twice", sum(count > 0 for count in evidence.revokes.values()), verdict.fixes_twice),
        ("approved fixes vanished", len(evidence.fixed), verdict.fixes_vanished),
        ("tickets lost", len(evidence.ticketed), verdict.tickets_lost),
        ("tickets doubled", len(evidence.tickets), verdict.tickets_doubled),
    ):
        shown.add_row(promise, f"{of:,}", str(len(broken)))
    return shown


if __name__ == "__main__":
    sys.exit(main())
