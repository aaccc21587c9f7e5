"""The console as a chat: its pages read the live case, so there is nothing to send and nothing that can get lost."""

from __future__ import annotations

from connectors.contract.message import Form, Message, MessageKey, ReplyTo


class ConsoleChat:
    """A chat whose messages are its pages."""

    id = "console"
    edits = True

    async def post(self, channel: str, message: Message, key: MessageKey, *, repeat: bool = False) -> str:
        """Nothing to send: the page shows the case from its row."""
        return key.case

    async def edit(self, channel: str, platform_id: str, message: Message) -> None: ...

    async def say(self, channel: str, platform_id: str, line: Message, key: MessageKey) -> str:
        return key.part

    async def direct(self, account: str) -> str:
        return account

    async def find(self, channel: str, key: MessageKey, thread: str = "") -> str | None:
        return key.case

    async def answer(self, reply: ReplyTo, message: Message) -> None: ...

    async def fill_form(self, reply: ReplyTo, form: Form) -> None: ...
