"""The program ``suture``: every command there is, found by walking their folder, and how it ends when one fails."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from bot import __version__
from bot.cli import commands
from bot.cli.chat_words import ChatWords
from bot.cli.terminal import complain, out
from bot.engine import EngineError
from bot.settings import ConfigurationError

# The files as their commands are listed by --help; one that is not among them comes after them.
FIRST = (
    *("running", "check", "explain", "scan", "replay", "sources", "send", "signing_in", "asking", "may", "demo"),
    *("audit", "db"),
)
app = typer.Typer(
    help="Suture closes the gap between security and operations.",
    epilog="The words of the chat are commands as well, as yourself: suture help says which you may use.",
    cls=ChatWords,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """The program ``suture``."""
    try:
        app()
    except ConfigurationError as error:
        for problem in error.problems:
            complain(problem)
        sys.exit(2)
    except DBAPIError as failure:
        # Only the driver's own words: the whole failure quotes the statement and its values.
        complain(f"The database did not take it: {failure.orig}. If it is new or older, run `suture db upgrade`.")
        _say_which(failure)
        sys.exit(1)
    except (EngineError, OSError) as failure:
        complain(f"That did not work: {failure}")
        _say_which(failure)
        sys.exit(1)


def _say_which(failure: Exception) -> None:
    for database in getattr(failure, "__notes__", ()):
        complain(f"The database is {database}: by DATABASE_URL, else by config/suture.yaml.")


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit


def _place(name: str) -> tuple[int, str]:
    return FIRST.index(name) if name in FIRST else len(FIRST), name


for _found in sorted((each.name for each in iter_modules(commands.__path__)), key=_place):
    app.add_typer(import_module(f"{commands.__name__}.{_found}").app)
