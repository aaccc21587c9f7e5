"""The command line: run Suture, ask the configuration, read the trail. Its words are the chat's own where it can."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot import __version__
from bot.engine import EngineError
from bot.logs import configure_logs
from bot.model.policy import Act
from bot.model.replayed import Replayed
from bot.settings import ConfigurationError, Settings, describe
from bot.settings.problems import Problem
from bot.settings.secrets_of import secrets_of
from bot.settings.units import parse_duration
from bot.views.audit_export import ExportFormat
from bot.wiring import Wiring, known, settings_of, wire
from connectors.contract.failure import NotThisFormat, UnknownShape

T = TypeVar("T")
app = typer.Typer(
    help="Suture closes the gap between security and operations.", no_args_is_help=True, pretty_exceptions_enable=False
)
audit_app = typer.Typer(help="The audit trail.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
app.add_typer(db_app, name="db")
_DAY = ["%Y-%m-%d"]
out = Console()
err = Console(stderr=True)

ConfigOption = Annotated[
    str | None, typer.Option("--config", help="The configuration directory; else SUTURE_CONFIG, else ./config.")
]


def main() -> None:
    """The program ``suture``."""
    try:
        app()
    except ConfigurationError as error:
        for problem in error.problems:
            err.print(escape(str(problem)), style="red", soft_wrap=True)
        sys.exit(2)
    except DBAPIError as failure:
        # Only the driver's own words: the whole failure quotes the statement and its values.
        words = f"The database did not take it: {failure.orig}. If it is new or older, run `suture db upgrade`."
        err.print(escape(words), style="red", soft_wrap=True)
        sys.exit(1)
    except (EngineError, OSError) as failure:
        err.print(escape(f"That did not work: {failure}"), style="red", soft_wrap=True)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit


def _settings(config: str | None) -> Settings:
    """The configuration, whose database is one we can speak with. Raises ConfigurationError."""
    settings = settings_of(config, os.environ)
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


def with_wiring(config: str | None, work: Callable[[Wiring], Awaitable[T]]) -> T:
    """Run something that needs the database, and put everything away afterwards."""

    async def _run() -> T:
        settings = _settings(config)
        configure_logs(settings.log_level, secrets_of(settings))
        wiring = wire(settings, os.environ)
        try:
            return await work(wiring)
        finally:
            await wiring.engine.stop()
            await wiring.close()

    return asyncio.run(_run())


@app.command()
def serve(config: ConfigOption = None) -> None:
    """Run everything in one process: web, worker and, unless DATABASE_URL says otherwise, SQLite."""
    from bot.run import run_server

    _end_well_when_told_to()
    run_server(_settings(config), worker=True)


@app.command()
def web(config: ConfigOption = None) -> None:
    """Run a web process only; the work is done by `suture worker` on the same PostgreSQL."""
    from bot.run import run_server

    _end_well_when_told_to()
    run_server(_settings(config), worker=False)


def _end_well_when_told_to() -> None:
    """Exit code 0 after SIGTERM: uvicorn finishes what was accepted, and then raises the signal again for us."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))


@app.command()
def worker(config: ConfigOption = None) -> None:
    """Run a worker only: it delivers, fixes, verifies and reads reports."""
    from bot.run import run_worker

    asyncio.run(run_worker(_settings(config)))


@app.command()
def check(config: ConfigOption = None) -> None:
    """Check the configuration, and say which source and owner would get what."""
    settings = _settings(config)
    table = Table("what", "who", "says", box=None)
    for line in describe(settings):
        table.add_row(escape(line.topic), escape(line.name), escape(line.text))
    out.print(table)
    out.print("The configuration is good.", style="green")


@app.command()
def explain(
    payload: Annotated[
        Path,
        typer.Argument(help="A file with a source's payload; - reads standard input."),
    ],
    source: Annotated[str, typer.Option("--source", help="Which source sent it.")],
    config: ConfigOption = None,
) -> None:
    """Say what each stage would decide about a payload. Nothing is stored and nothing is sent."""
    from bot.explain import explain_payload

    if source not in (installed := known().sources or ()):
        raise typer.BadParameter(f"there is no source {source!r}; there are {', '.join(installed)}")
    body = _payload(payload)
    lines = with_wiring(config, lambda wiring: explain_payload(wiring, source, body))
    for line in lines:
        out.print(escape(line), soft_wrap=True, highlight=False)


def _payload(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as problem:
        raise typer.BadParameter(f"{path} cannot be read: {problem.strerror}") from None


@app.command()
def scan(
    report: Annotated[Path, typer.Argument(help="A report file; - reads standard input.")],
    source: Annotated[str, typer.Option("--source", help="Whose report; else its content tells.")] = "",
    resource: Annotated[str, typer.Option("--resource", help="What was scanned, where the report does not say.")] = "",
    fail_on: Annotated[str, typer.Option("--fail-on", help="Exit code 1 if an open finding is this severe.")] = "",
) -> None:
    """Read a scanner's report and say what is in it, as a pipeline needs it. Nothing is stored and nothing is sent."""
    from bot.scan import scan_report, severity_named

    try:
        least = severity_named(fail_on) if fail_on else None
        found = scan_report(report, source, resource, err)
    except (NotThisFormat, UnknownShape, ValueError) as failure:
        err.print(escape(str(failure)), style="red", soft_wrap=True)
        raise typer.Exit(2) from None
    for line in found.lines():
        out.print(escape(line), soft_wrap=True, highlight=False)
    if least is not None and found.is_at_least(least):
        raise typer.Exit(1)


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
            out.print(escape(with_wiring(config, lambda wiring: replay_delivery(wiring, delivery))))
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
        err.print(escape(str(problem)), style="red", soft_wrap=True)
        raise typer.Exit(1) from None
    _print_replayed(found, changes=apply)


def _print_replayed(found: Replayed, *, changes: bool) -> None:
    from bot.views.replayed import COLUMNS, outcome, rows

    table = Table(*COLUMNS, box=None)
    for row in rows(found):
        table.add_row(*row)
    out.print(table)
    for example in found.examples:
        out.print(escape(f"{example.what}: {example.title} ({example.resource})"), soft_wrap=True, highlight=False)
    out.print(escape(outcome(found, changes=changes)), soft_wrap=True)


def _span(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as problem:
        raise typer.BadParameter(f"--since {text!r}: {problem}") from None


@app.command()
def sources(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False, config: ConfigOption = None
) -> None:
    """List every source: on or why not, when it last came, how often, and what waits in quarantine."""
    from bot.sources import list_sources
    from bot.views import sources as words

    states, now = with_wiring(config, list_sources)
    if as_json:
        typer.echo(json.dumps(words.as_json(states), indent=2))
        return
    table = Table(*words.COLUMNS, box=None)
    for row in words.rows(states, now):
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)


@app.command()
def send(
    source: Annotated[str, typer.Argument(help="Which source it pretends to be; one that is on.")],
    payload: Annotated[
        Path | None, typer.Argument(help="A file with what to send; - reads standard input. Else a made-up alert.")
    ] = None,
    url: Annotated[str, typer.Option("--url", help="Another Suture's address; else public_url.")] = "",
    config: ConfigOption = None,
) -> None:
    """Post an alert as a source would, signed with its secret. Exit code 0 when it was taken."""
    from bot.send import NotSent
    from bot.send import send as post

    body = _payload(payload) if payload is not None else None
    try:
        status, said = with_wiring(config, lambda wiring: post(wiring, source, body, url))
    except NotSent as problem:
        err.print(escape(str(problem)), style="red", soft_wrap=True)
        raise typer.Exit(1) from None
    out.print(escape(f"{status} {said}"), soft_wrap=True, highlight=False)
    if not 200 <= status < 300:
        raise typer.Exit(1)


@app.command("sign-in")
def sign_in(
    person: Annotated[str, typer.Argument(help="A person of config/teams.yaml.")], config: ConfigOption = None
) -> None:
    """Print a one-time link with which a person signs in to the console."""
    from bot.sign_in import make_link

    out.print(with_wiring(config, lambda wiring: make_link(wiring, person)), soft_wrap=True, highlight=False)


@app.command("sign-out")
def sign_out(
    person: Annotated[str, typer.Argument(help="A person's id; also of one who is no longer in config/teams.yaml.")],
    config: ConfigOption = None,
) -> None:
    """End every session of a person on the console, at once."""
    from bot.sign_in import end_sessions

    out.print(escape(with_wiring(config, lambda wiring: end_sessions(wiring, person))), soft_wrap=True)


@app.command()
def affected(
    question: Annotated[str, typer.Argument(help="CVE-2014-0160, openssl, or openssl<1.0.1g.")],
    config: ConfigOption = None,
) -> None:
    """Which of our systems are hit."""
    from bot.ask import ask_affected

    for line in with_wiring(config, lambda wiring: ask_affected(wiring, question)):
        out.print(escape(line), soft_wrap=True, highlight=False)


@app.command()
def whoami(config: ConfigOption = None) -> None:
    """As whom the trail names what you do here, and by which accounts you are known elsewhere."""
    from bot.ask import ask_whoami

    lines = with_wiring(config, ask_whoami)
    if lines is None:
        err.print("This account of the machine is nobody's: no person in config/teams.yaml has it as terminal.")
        raise typer.Exit(1)
    for line in lines:
        out.print(escape(line), soft_wrap=True, highlight=False)


@app.command()
def may(
    person: Annotated[str, typer.Argument(help="A person of config/teams.yaml.")],
    act: Annotated[Act, typer.Argument(help="What they would do.")],
    thing: Annotated[str, typer.Argument(help="S-12, or a host, bucket, repository by its name.", metavar="ON")],
    fix: Annotated[str, typer.Option("--fix", help="By which fix; else each is asked.")] = "",
    config: ConfigOption = None,
) -> None:
    """Ask policy: may this person do this there, by which rule, and who could? Exit code 0: yes, 1: no."""
    from bot.may import NotKnown, ask_may

    try:
        allowed, lines = with_wiring(config, lambda wiring: ask_may(wiring, person, act, thing, fix))
    except NotKnown as problem:
        raise typer.BadParameter(str(problem)) from None
    for line in lines:
        out.print(escape(line), soft_wrap=True, highlight=False)
    if not allowed:
        raise typer.Exit(1)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play the whole story without a person, and exit.")] = False,
    port: Annotated[int, typer.Option("--port", help="Where the console listens.")] = 8080,
) -> None:
    """A Heartbleed morning on an emulated cloud, with the console as the chat."""
    from bot.demo.play import play

    sys.exit(play(once=once, port=port))


@audit_app.command("verify")
def audit_verify(
    head: Annotated[str, typer.Option("--head", help="A hash noted earlier: also finds a tail cut off since.")] = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="An export in JSON lines, instead of the database.")
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="The export was filtered: records may be left out.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Check the whole trail; names the first bad record."""
    from bot.trail import verify_lines, verify_trail

    if file is None:
        good, said = with_wiring(config, lambda wiring: verify_trail(wiring, head))
    else:
        with file.open("rb") as lines:
            good, said = verify_lines(lines, head, partial=partial)
    (out if good else err).print(escape(said), style="green" if good else "red", soft_wrap=True)
    if not good:
        raise typer.Exit(1)


@audit_app.command("export")
def audit_export(
    since: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="The first day, in UTC.")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="The last day, in UTC.")] = None,
    form: Annotated[ExportFormat, typer.Option("--format", help="How it is written.")] = ExportFormat.JSON_LINES,
    config: ConfigOption = None,
) -> None:
    """Write the trail to standard output, oldest record first. That it was exported is a record too."""
    from bot.store.audit_search import AuditFilter
    from bot.trail import export_trail

    wanted = AuditFilter(since=since.date() if since else None, until=until.date() if until else None)
    with_wiring(config, lambda wiring: export_trail(wiring, wanted, form, lambda text: typer.echo(text, nl=False)))


@db_app.command("upgrade")
def db_upgrade(config: ConfigOption = None) -> None:
    """Bring the database's tables, and the engine's, up to this version."""
    from bot.run import prepare_database

    asyncio.run(prepare_database(_settings(config)))
    out.print("The database is up to date.", style="green")


if __name__ == "__main__":
    main()
