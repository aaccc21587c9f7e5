"""``make chaos``: kill -9 again and again under load; the verdict is by what the outside saw."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.checker import Verdict, check
from tests.chaos.evidence import Evidence
from tests.chaos.play import play
from tests.chaos.storm import SHORT, Scale
from tests.chaos.trail import questions_of, runs_of

console = Console()
_MOST = 20  # names behind one broken promise that are printed


def main() -> int:
    """Play, print, and answer 1 when a promise was broken."""
    usual = Scale()
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Kill it under load, and count.")
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default=usual.backend)
    parser.add_argument("--holes", type=int, default=0, help="security groups to be fixed meanwhile; else one a kill")
    parser.add_argument("--rate", type=float, default=usual.rate, help="alerts a second")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--short", action="store_true", help="a few kills, as the suite has them")
    chosen = parser.parse_args()
    holes = chosen.holes or max(30, chosen.kills)
    whole = Scale(chosen.on, chosen.kills, holes, rate=chosen.rate, seed=chosen.seed)
    scale = replace(SHORT, backend=chosen.on) if chosen.short else whole
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        evidence, kills = asyncio.run(play(Path(folder), scale, _said))
    verdict = check(evidence)
    console.print(table(evidence, verdict, scale, kills, time.monotonic() - began))
    for name, broken in verdict.broken.items():
        console.print(
            f"{name.replace('_', ' ')}: {'; '.join(broken[:_MOST])}", style="red", markup=False, soft_wrap=True
        )
    return 0 if verdict.holds else 1


def _said(line: str) -> None:
    console.print(line, style="dim", highlight=False, markup=False, soft_wrap=True)


def table(seen: Evidence, verdict: Verdict, scale: Scale, kills: Mapping[str, int], took: float) -> Table:
    """The counts."""
    how = "it holds" if verdict.holds else "BROKEN"
    title = f"{sum(kills.values())} kills on {scale.backend}, seed {scale.seed}: {how}"
    which = ", ".join(f"{count} {what}" for what, count in sorted(kills.items()))
    shown = Table("promise", "of", "broken", title=title, caption=f"{which}; {took / 60:.0f} minutes")
    runs, questions = runs_of(seen.trail), questions_of(seen.trail)
    sure = sum(note.sure for note in seen.notes)
    applied = sum(run.kind == "apply" for run in runs.values())
    done = sum(each["outcome"] == "done" for each in seen.trail)
    refused = sum(each["outcome"] in ("refused", "invalid", "stale") for each in seen.trail)
    tickets = sum((each["act"], each["outcome"]) == ("ticket", "done") for each in seen.trail)
    for promise, of, broken in (
        ("accepted alerts lost", len(seen.accepted), verdict.alerts_lost),
        ("messages doubled", len(seen.cards), verdict.messages_doubled),
        ("acknowledged presses and words lost", sure, verdict.asked_and_lost),
        ("done oftener than asked", len(seen.notes), verdict.done_more_than_asked),
        ("decided, and not said exactly once", done, verdict.not_said_once),
        ("refused without a reason", refused, verdict.refused_without_reason),
        ("approvals completed twice", len(questions), verdict.approvals_completed_twice),
        ("runs without their second voice", applied, verdict.run_without_second_voice),
        ("runs begun twice", len(runs), verdict.runs_begun_twice),
        ("runs vanished", len(runs), verdict.runs_vanished),
        ("runs ended twice", len(runs), verdict.runs_ended_twice),
        ("ends said over a minute after a start", len(runs), verdict.runs_said_late),
        ("groups changed oftener than runs", sum(seen.revoked.values()), verdict.cloud_changed_too_often),
        ("groups that stand otherwise than said", len(seen.holes), verdict.cloud_differs),
        ("tickets lost", tickets, verdict.tickets_lost),
        ("tickets doubled", len(seen.tickets), verdict.tickets_doubled),
        ("freezes that differ", sum(each["act"] == "freeze" for each in seen.trail), verdict.freezes_differ),
        ("records that break the trail", len(seen.trail), verdict.trail_broken),
    ):
        shown.add_row(promise, f"{of:,}", str(len(broken)))
    return shown


if __name__ == "__main__":
    sys.exit(main())
