"""What passes between the bot and a chat, in no platform's words: a message out, a click or a command in.

Text here is plain: nothing in it is markup. A chat escapes it when it renders; only the spans below carry emphasis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Plain:
    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str  # https, or our own console


@dataclass(frozen=True, slots=True)
class Mention:
    """A person or team, shown so that they are told. ``platform_id`` is the chat's own id for them, "" if unknown."""

    name: str
    platform_id: str = ""


Span = Plain | Strong | Code | Link | Mention
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    spans: Spans


@dataclass(frozen=True, slots=True)
class Fields:
    """Up to ten short label-value pairs, shown in two columns where there is room."""

    pairs: tuple[tuple[str, Spans], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A short list, one line a row; ``more`` says how many were left off."""

    rows: tuple[Spans, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Diff:
    """What would change: lines starting with ``-``, ``+`` or a space, shown in a fixed-width face."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Small print: ids, counts, times."""

    spans: Spans


class Level(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that stands out: a regression, an overdue case, a refusal."""

    level: Level
    spans: Spans


Part = Paragraph | Fields | Listing | Diff | Context | Notice


class Style(StrEnum):
    DEFAULT = "default"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button we show. It carries an offer id and nothing else; what that means is in our store."""

    offer: str
    label: str
    accessibility_label: str
    style: Style = Style.DEFAULT
    opens_form: bool = False  # the click opens a form (Slack: a modal) before anything is done


class InputKind(StrEnum):
    LINE = "line"
    PARAGRAPH = "paragraph"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Input:
    name: str
    label: str
    kind: InputKind
    hint: str = ""
    optional: bool = False
    choices: tuple[tuple[str, str], ...] = ()  # (value, label)
    initial: str = ""
    latest: date | None = None
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What a click asks before it acts: the plan with a *Fix now* below it, a reason and an end date.

    With an empty ``submit`` it only shows something. ``waiting`` marks the light form opened at once and filled later.
    """

    title: str  # at most 24 characters
    parts: tuple[Part, ...]
    offer: str = ""  # what submitting it presses
    submit: str = ""
    inputs: tuple[Input, ...] = ()
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """The whole of an answer that is too long to be read in a chat; plain text."""

    name: str  # affected.txt
    title: str  # what it is, in a sentence
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One card. ``text`` alone must tell a person what this is: it is the notification and the screen reader's line."""

    text: str
    header: str = ""
    parts: tuple[Part, ...] = ()
    buttons: tuple[Button, ...] = ()
    overflow: tuple[Button, ...] = ()  # the less frequent acts
    shared: bool = False  # an answer that who asked wants everybody in the channel to see
    attachment: Attachment | None = None  # sent along where the chat can; the message stands without it


@dataclass(frozen=True, slots=True)
class MessageKey:
    """By what a sent message is found again when its answer was lost. ``part`` is "root" or the thread line's id."""

    case: str
    part: str = "root"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the platform says did it: ``slack`` / ``T012:U345`` / ``ana``. Never trusted for more than a look-up.

    ``groups`` are what the company's sign-in said of them for the session in which they act, ``signed_in_at`` is when
    they proved there last who they are; empty elsewhere.
    """

    platform: str
    id: str
    name: str = ""
    groups: tuple[str, ...] = ()
    signed_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where a private answer goes; the platform's own strings, opaque to the bot. Kept on disk with the click."""

    platform: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A pressed button or a submitted form. ``key`` is the same when the platform delivers the same press again."""

    actor: Identity
    offer: str
    key: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    submitted: bool = False  # a form was submitted, as against a button pressed
    reply: ReplyTo = ReplyTo("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Typed words, without the leading ``/suture``."""

    actor: Identity
    words: str
    key: str
    reply: ReplyTo = ReplyTo("")


class Chat(Protocol):
    """One chat platform. Sends raise Retriable, Ambiguous or NeedsHuman and nothing else."""

    id: str
    edits: bool  # False: one-way; a message cannot be edited or found again

    async def post(self, channel: str, message: Message, key: MessageKey, *, repeat: bool = False) -> str:
        """Post to a channel; returns the platform's id of the message. ``repeat`` marks a possible second copy."""

    async def edit(self, channel: str, platform_id: str, message: Message) -> None: ...

    async def say(self, channel: str, platform_id: str, line: Message, key: MessageKey) -> str:
        """A line in the message's thread; returns the platform's id of the line."""

    async def direct(self, account: str) -> str:
        """The channel in which one person and we are alone; ``account`` is their id on this platform."""

    async def find(self, channel: str, key: MessageKey, thread: str = "") -> str | None:
        """The platform's id of a message whose answer was lost; None if it is not there.

        Raises NeedsHuman when this chat may not read back (no history scope)."""

    async def answer(self, reply: ReplyTo, message: Message) -> None:
        """Answer one person privately."""

    async def fill_form(self, reply: ReplyTo, form: Form) -> None:
        """Fill the light form that the chat itself opened when the button was pressed."""


class Inbox(Protocol):
    """What a chat calls when a person did something. When a call returns, the decision is on disk: then acknowledge.

    What is returned is a private answer to give at once, or the form that the press asked for; losing it loses nothing.
    None after a press that opens a form: the form is being filled and comes by ``fill_form``.
    """

    async def click(self, click: Click) -> Message | Form | None: ...

    async def command(self, command: Command) -> Message | None: ...

    async def home(self, actor: Identity) -> Sequence[Message]:
        """The app's own page as this person is to see it, a message a section. Raises Retriable; nothing is decided."""
