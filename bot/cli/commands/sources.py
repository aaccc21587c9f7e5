"""``suture sources``: how each source stands."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.configured import ConfigOption, with_wiring
from bot.cli.terminal import out

app = typer.Typer()


@app.command()
def sources(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False, config: ConfigOption = None
) -> None:
    """List every source: on or why not, when it last came, how often, and what waits in quarantine."""
    from bot.sources import list_sources
    from bot.views import sources as words

    states, now = with_wiring(config, list_sources, lacking=True)
    if as_json:
        typer.echo(json.dumps(words.as_json(states), indent=2))
        return
    table = Table(*words.COLUMNS, box=None)
    for row in words.rows(states, now):
        table.add_row(*row)
    out.print(table)
