"""``suture audit``: the trail is checked, and taken away."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.chat_words import Trail
from bot.cli.configured import ConfigOption, with_wiring
from bot.cli.terminal import err, out
from bot.views.audit_export import ExportFormat

_DAY = ["%Y-%m-%d"]
audit = typer.Typer(
    help="The audit trail; with a case, as suture audit S-12, what was decided about it.",
    cls=Trail,
    no_args_is_help=True,
)
app = typer.Typer()
app.add_typer(audit, name="audit")


@audit.command("verify")
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
    (out if good else err).print(said, style="green" if good else "red", soft_wrap=True)
    if not good:
        raise typer.Exit(1)


@audit.command("export")
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
