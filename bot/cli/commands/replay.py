"""``suture replay``: what was stored is read again, as after a parser was mended."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.configured import ConfigOption, with_wiring
from bot.cli.terminal import complain, err, out, say
from bot.model.replayed import Replayed
from bot.settings.units import parse_duration

app = typer.Typer()


@app.command()
def replay(
    delivery: Annotated[str, typer.Argument(help="One delivery's id; see the quarantine page.")] = "",
    source: Annotated[str, typer.Option("--source", help="All that this source delivered, newest first.")] = "",
    since: Annotated[str, typer.Option("--since", help="How far back: 24h, 7d, 2w.")] = "7d",
    apply: Annotated[bool, typer.Option("--apply", help="Do it; else it is only told what would change.")] = False,
    config: ConfigOption = None,
) -> None:
    """Read stored deliveries again, as after a parser was mended. Nobody is told twice.

    One DELIVERY is read and applied at once; with --source nothing changes until --apply.
    """
    from bot.replay import NotReplayed, replay_delivery, replay_source

    if bool(delivery) == bool(source):
        raise typer.BadParameter("name one DELIVERY, or a --source")
    try:
        if delivery:
            out.print(with_wiring(config, lambda wiring: replay_delivery(wiring, delivery)))
            return
        span = _span(since)
        with err.status("Reading…") as status:
            found = with_wiring(
                config,
                lambda wiring: replay_source(
                    wiring,
                    source,
                    span,
                    lambda seen: status.update(f"{seen.deliveries} deliveries read…"),
                    changes=apply,
                ),
            )
    except NotReplayed as problem:
        complain(problem)
        raise typer.Exit(1) from None
    _print_replayed(found, changes=apply)


def _print_replayed(found: Replayed, *, changes: bool) -> None:
    from bot.views.replayed import columns, left_out, outcome, rows

    table = Table(*columns(found), box=None)
    for row in rows(found):
        table.add_row(*row)
    out.print(table)
    say(f"{example.what}: {example.title} ({example.resource})" for example in found.examples)
    out.print(outcome(found, changes=changes), soft_wrap=True)
    if lost := left_out(found):
        complain(lost)


def _span(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as problem:
        raise typer.BadParameter(f"--since {text!r}: {problem}") from None
