"""``suture affected`` and ``whoami``: questions that the chat answers with the same words."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.configured import ConfigOption, with_wiring
from bot.cli.terminal import err, say

app = typer.Typer()


@app.command()
def affected(
    question: Annotated[str, typer.Argument(help="CVE-2014-0160, openssl, or openssl<1.0.1g.")],
    config: ConfigOption = None,
) -> None:
    """Which of our systems are hit."""
    from bot.ask import ask_affected

    say(with_wiring(config, lambda wiring: ask_affected(wiring, question)))


@app.command()
def whoami(config: ConfigOption = None) -> None:
    """As whom the trail names what you do here, and by which accounts you are known elsewhere."""
    from bot.ask import ask_whoami

    lines = with_wiring(config, ask_whoami)
    if lines is None:
        err.print("This account of the machine is nobody's: no person in config/teams.yaml has it as terminal.")
        raise typer.Exit(1)
    say(lines)
