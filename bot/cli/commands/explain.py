"""``suture explain``: what would be decided about a payload, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.configured import ConfigOption, with_wiring
from bot.cli.payload import payload_at
from bot.cli.terminal import say
from bot.wiring import known

app = typer.Typer()


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
    body = payload_at(payload)
    lines = with_wiring(config, lambda wiring: explain_payload(wiring, source, body))
    say(lines)
