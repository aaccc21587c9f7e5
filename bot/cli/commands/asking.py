"""``suture affected``, and every other word of the chat: ``suture list``, ``suture show S-12``, ``suture fix …``."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.chat_words import AS_IN_THE_CHAT
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


@app.command(AS_IN_THE_CHAT, hidden=True, context_settings={"ignore_unknown_options": True})
def as_in_the_chat(words: list[str], config: ConfigOption = None) -> None:
    """Whatever the chat understands, as the person whose account of the machine this is. Exit code 1: refused."""
    from bot.ask import Nobody, type_words

    try:
        lines, answered = with_wiring(config, lambda wiring: type_words(wiring, words))
    except Nobody as nobody:
        err.print(f"This account of the machine is nobody's: {nobody}.", soft_wrap=True)
        raise typer.Exit(1) from None
    say(lines)
    if not answered:
        raise typer.Exit(1)
