"""``suture sign-in`` and ``sign-out``: the console's door, from the machine itself."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.configured import ConfigOption, with_wiring
from bot.cli.terminal import out

app = typer.Typer()


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

    out.print(with_wiring(config, lambda wiring: end_sessions(wiring, person)), soft_wrap=True)
