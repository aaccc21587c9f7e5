"""``suture demo``: the whole story on one machine."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play the whole story without a person, and exit.")] = False,
    port: Annotated[int, typer.Option("--port", help="Where the console listens.")] = 8080,
) -> None:
    """A Heartbleed morning on an emulated cloud, with the console as the chat."""
    from bot.demo.play import play

    sys.exit(play(once=once, port=port))
