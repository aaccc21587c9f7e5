"""``suture db``: the database is brought up to this version."""

from __future__ import annotations

import asyncio

import typer

from bot.cli.configured import ConfigOption, checked_settings, naming_database
from bot.cli.terminal import out

db = typer.Typer(help="The database.", no_args_is_help=True)
app = typer.Typer()
app.add_typer(db, name="db")


@db.command("upgrade")
def db_upgrade(config: ConfigOption = None) -> None:
    """Bring the database's tables, and the engine's, up to this version."""
    from bot.run import upgrade_database

    settings = checked_settings(config)
    with naming_database(settings):
        asyncio.run(upgrade_database(settings))
    out.print("The database is up to date.", style="green")
