"""``suture may``: what the policy says about somebody."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.configured import ConfigOption, with_wiring
from bot.cli.terminal import say
from bot.model.policy import Act

app = typer.Typer()


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
    say(lines)
    if not allowed:
        raise typer.Exit(1)
