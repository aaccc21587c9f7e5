"""``suture serve``, ``web`` and ``worker``: the processes of an installation."""

from __future__ import annotations

import asyncio
import os
import signal

import typer

from bot.cli.configured import ConfigOption, checked_settings, naming_database

app = typer.Typer()


@app.command()
def serve(config: ConfigOption = None) -> None:
    """Run everything in one process: web, worker and, unless DATABASE_URL says otherwise, SQLite."""
    from bot.run import run_server

    _end_well_when_told_to()
    settings = checked_settings(config)
    with naming_database(settings):
        run_server(settings, worker=True)


@app.command()
def web(config: ConfigOption = None) -> None:
    """Run a web process only; the work is done by `suture worker` on the same PostgreSQL."""
    from bot.run import run_server

    _end_well_when_told_to()
    settings = checked_settings(config)
    with naming_database(settings):
        run_server(settings, worker=False)


def _end_well_when_told_to() -> None:
    """Exit code 0 after SIGTERM, also at the start: uvicorn finishes what was accepted, then raises it again for us.

    At once: an exception may come up where Python ignores it (while it collects garbage), and the signal would be lost.
    """
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0))


@app.command()
def worker(config: ConfigOption = None) -> None:
    """Run a worker only: it delivers, fixes, verifies and reads reports."""
    from bot.run import run_worker

    _end_well_when_told_to()
    settings = checked_settings(config)
    with naming_database(settings):
        asyncio.run(run_worker(settings))
