"""A word that is none of the program's commands may be one of the chat's: they need no list of their own here."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

AS_IN_THE_CHAT = "as-in-the-chat"  # the hidden command of the whole program that takes them


class ChatWords(TyperGroup):
    """The program, whose further words are those of the chat; a wrong one gets the nearest right one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command, and what is left of ``args`` for it."""
        word = args[0] if args else ""
        if not word or word.startswith("-") or self.get_command(ctx, word) is not None:
            return super().resolve_command(ctx, args)
        from bot.commands.desk import verbs
        from bot.commands.grammar import nearest

        words = verbs()
        if word.lower() not in words:
            meant = nearest(word, {*self.list_commands(ctx), *words} - {AS_IN_THE_CHAT})
            ctx.fail(f"No such command {word!r}." + (f" Did you mean {meant!r}?" if meant else ""))
        return AS_IN_THE_CHAT, self.get_command(ctx, AS_IN_THE_CHAT), args


class Trail(TyperGroup):
    """``suture audit verify`` is the program's; ``suture audit S-12`` is the chat's."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The same for a case's name."""
        from bot.model.case import case_number

        if args and case_number(args[0]) is not None:
            return AS_IN_THE_CHAT, ctx.parent.command.get_command(ctx.parent, AS_IN_THE_CHAT), [ctx.info_name, *args]
        return super().resolve_command(ctx, args)
