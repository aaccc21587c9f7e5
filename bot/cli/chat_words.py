"""A word that is none of the program's commands is one of the chat's: they need no list of their own here."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

AS_IN_THE_CHAT = "as-in-the-chat"  # the hidden command of the whole program that takes them


class ChatWords(TyperGroup):
    """A group whose unknown words go to the chat's desk, which also says what was meant by a wrong one.

    A family of commands may be one: ``suture audit verify`` is of the program, ``suture audit S-12`` of the chat.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command, and what is left of ``args`` for it."""
        if not args or args[0].startswith("-") or self.get_command(ctx, args[0]) is not None:
            return super().resolve_command(ctx, args)
        before: list[str] = []
        while ctx.parent is not None:
            before.insert(0, ctx.info_name)
            ctx = ctx.parent
        return AS_IN_THE_CHAT, ctx.command.get_command(ctx, AS_IN_THE_CHAT), [*before, *args]
