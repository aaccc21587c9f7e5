"""``suture check``: is the configuration good, and who gets what by it?"""

from __future__ import annotations

import typer
from rich.table import Table

from bot.cli.configured import ConfigOption, checked_settings
from bot.cli.terminal import out
from bot.settings import describe
from connectors import registry

app = typer.Typer()


@app.command()
def check(config: ConfigOption = None) -> None:
    """Check the configuration, and say which source and owner would get what."""
    settings = checked_settings(config, lacking=True)
    table = Table("what", "who", "says", box=None)
    for line in describe(settings, registry.sources()):
        table.add_row(line.topic, line.name, line.text)
    out.print(table)
    checked_settings(config)  # all the same, a source without its secret is a mistake
    out.print("The configuration is good.", style="green")
