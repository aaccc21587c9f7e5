"""What most commands begin with: the configuration, and with it the database."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from socket import gaierror
from typing import Annotated, TypeVar

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.logs import configure_logs
from bot.settings import ConfigurationError, Settings
from bot.settings.problems import Problem
from bot.settings.secrets_of import secrets_of
from bot.wiring import Wiring, settings_of, wire

T = TypeVar("T")
ConfigOption = Annotated[
    str | None, typer.Option("--config", help="The configuration directory; else SUTURE_CONFIG, else ./config.")
]


def checked_settings(config: str | None, *, lacking: bool = False) -> Settings:
    """The configuration, whose database is one we can speak with; ``lacking`` as for ``load``.

    Raises ConfigurationError.
    """
    settings = settings_of(config, os.environ, lacking=lacking)
    wrong = _database_problem(settings.database_url.reveal())
    if wrong:
        remedy = "write sqlite:////path/to/suture.db or postgresql://name:password@host/database"
        raise ConfigurationError([Problem("environment", 0, "DATABASE_URL", wrong, remedy)])
    return settings


def _database_problem(url: str) -> str:
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError:
        return "this is no address of a database"
    return "" if backend in ("sqlite", "postgresql", "postgres") else f"{backend[:40]} is not a database we speak"


@contextmanager
def naming_database(settings: Settings) -> Iterator[None]:
    """Whatever goes wrong with the database inside also says which database it was, without its password."""
    try:
        yield
    except (DBAPIError, ConnectionError, gaierror) as failure:
        url = make_url(settings.database_url.reveal()).set(query={})  # where a password may stand as well
        failure.add_note(url.render_as_string(hide_password=True))
        raise


def with_wiring(config: str | None, work: Callable[[Wiring], Awaitable[T]], *, lacking: bool = False) -> T:
    """Run something that needs the database, and put everything away afterwards.

    ``lacking``: also while an enabled source lacks its secret."""

    async def _run() -> T:
        settings = checked_settings(config, lacking=lacking)
        configure_logs(settings.log_level, secrets_of(settings))
        wiring = wire(settings, os.environ)
        try:
            with naming_database(settings):
                return await work(wiring)
        finally:
            await wiring.engine.stop()
            await wiring.close()

    return asyncio.run(_run())
