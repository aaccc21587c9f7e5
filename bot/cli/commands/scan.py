"""``suture scan``: what is in a report, on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import complain, err, say
from connectors.contract.failure import NotThisFormat, UnknownShape

app = typer.Typer()


@app.command()
def scan(
    report: Annotated[Path, typer.Argument(help="A report file; - reads standard input.")],
    source: Annotated[str, typer.Option("--source", help="Whose report; else its content tells.")] = "",
    resource: Annotated[str, typer.Option("--resource", help="What was scanned, where the report does not say.")] = "",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="Exit code 1 if an open finding is this severe, 2 if one cannot be read.")
    ] = "",
) -> None:
    """Read a scanner's report and say what is in it, as a pipeline needs it. Nothing is stored and nothing is sent."""
    from bot.scan import scan_report, severity_named

    try:
        least = severity_named(fail_on) if fail_on else None
        found = scan_report(report, source, resource, err)
    except (NotThisFormat, UnknownShape, ValueError) as failure:
        complain(failure)
        raise typer.Exit(2) from None
    say(found.lines())
    if least is not None and found.is_at_least(least):
        raise typer.Exit(1)
    if least is not None and found.is_torn:  # nobody knows how severe that is
        raise typer.Exit(2)
