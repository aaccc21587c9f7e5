"""``suture send``: an alert by the same door as a source's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.configured import ConfigOption, with_wiring
from bot.cli.payload import payload_at
from bot.cli.terminal import complain, say

app = typer.Typer()


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

    body = payload_at(payload) if payload is not None else None
    try:
        status, said = with_wiring(config, lambda wiring: post(wiring, source, body, url))
    except NotSent as problem:
        complain(problem)
        raise typer.Exit(1) from None
    say([f"{status} {said}"])
    if not 200 <= status < 300:
        raise typer.Exit(1)
