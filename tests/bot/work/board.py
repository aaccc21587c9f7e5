"""A chat of the contract that keeps what it is sent, in memory; answers can be lost, refused, or taken slowly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.views.plain_text import lines_of
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.message import Form, Message, MessageKey, ReplyTo


@dataclass(slots=True)
class Posted:
    """One message as it stands, with every text it ever had and its thread."""

    channel: str
    key: MessageKey
    texts: list[str]
    repeat: bool
    thread: list[str] = field(default_factory=list)
    said: list[MessageKey] = field(default_factory=list)


async def _nothing() -> None: ...


@dataclass(slots=True)
class Board:
    """``lose``: so many answers are lost after the deed, ``drop``: before it; ``refuse``: raised instead of it."""

    id: str = "console"
    edits: bool = True
    reads_back: bool = True
    lose: int = 0
    drop: int = 0
    refuse: list[Retriable | NeedsHuman] = field(default_factory=list)
    never: str = ""  # a message that says this is refused each time
    while_editing: Callable[[], Awaitable[None]] = _nothing
    messages: list[Posted] = field(default_factory=list)

    async def post(self, channel: str, message: Message, key: MessageKey, *, repeat: bool = False) -> str:
        self._may_refuse()
        if self.never and self.never in words(message):
            raise Retriable("not this one")
        self.messages.append(Posted(channel, key, [words(message)], repeat))
        self._may_lose()
        return str(len(self.messages))

    async def edit(self, channel: str, platform_id: str, message: Message) -> None:
        self._may_refuse()
        await self.while_editing()
        self.messages[int(platform_id) - 1].texts.append(words(message))

    async def say(self, channel: str, platform_id: str, line: Message, key: MessageKey) -> str:
        self._may_refuse()
        posted = self.messages[int(platform_id) - 1]
        posted.thread.append(words(line))
        posted.said.append(key)
        self._may_lose()
        return f"{platform_id}.{len(posted.thread)}"

    async def direct(self, account: str) -> str:
        return account

    async def find(self, channel: str, key: MessageKey, thread: str = "") -> str | None:
        if not self.reads_back:
            raise NeedsHuman("this chat cannot be read back")
        if thread:
            return thread if key in self.messages[int(thread) - 1].said else None
        return next((str(n + 1) for n, posted in enumerate(self.messages) if posted.key == key), None)

    async def answer(self, reply: ReplyTo, message: Message) -> None: ...

    async def fill_form(self, reply: ReplyTo, form: Form) -> None: ...

    def _may_refuse(self) -> None:
        if self.refuse:
            raise self.refuse.pop(0)
        if self.drop:
            self.drop -= 1
            raise Ambiguous("the connection was closed before the answer")

    def _may_lose(self) -> None:
        if self.lose:
            self.lose -= 1
            raise Ambiguous("the connection was closed before the answer")


def words(message: Message) -> str:
    """All that a message says."""
    return "\n".join([message.text, *lines_of(message)])
