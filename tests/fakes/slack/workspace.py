"""What a workspace holds: people, channels, messages with every revision, private messages, open modals, addresses."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.clock import Clock
from tests.fakes.slack.errors import SlackError

TRIGGER_LIVES = 3.0  # seconds
HOOK_LIVES = 30 * 60.0
HOOK_USES = 5
APP_SCOPES = frozenset({"chat:write", "commands", "users:read", "users:read.email"})


@dataclass
class Person:
    id: str
    name: str
    email: str = ""
    team: str = ""  # another workspace's id: a stranger of a shared channel
    deleted: bool = False
    confirmed: bool = True  # whether the address is
    restricted: bool = False  # a guest
    ultra_restricted: bool = False  # a guest of one channel
    bot: bool = False


@dataclass
class Channel:
    id: str
    name: str
    member: bool = True  # whether our app was invited
    archived: bool = False
    private: bool = False


@dataclass(frozen=True)
class Revision:
    """What a message said at one time."""

    at: float
    text: str
    blocks: Sequence[Mapping[str, Any]]
    metadata: Mapping[str, Any] | None


@dataclass
class Posted:
    """A message of a channel, or (with ``only_for``) one that a single person sees."""

    channel: str
    ts: str
    by: str  # our app's bot, another app's bot, or a person
    revisions: list[Revision]
    thread: str = ""
    only_for: str = ""
    unfurl: bool = True

    @property
    def now(self) -> Revision:
        return self.revisions[-1]


@dataclass
class View:
    """A modal on one person's screen."""

    id: str
    person: str
    content: dict[str, Any]
    hash: str
    opened_at: float
    revisions: int = 1


@dataclass
class SharedFile:
    """A file on its way: named, then uploaded, then shown in a channel."""

    id: str
    name: str
    length: int
    content: str = ""
    uploaded: bool = False
    channel: str = ""


@dataclass
class Hook:
    """A response_url: good for five uses in thirty minutes."""

    path: str
    channel: str
    person: str
    expires_at: float
    message_ts: str = ""
    uses: int = 0


@dataclass
class Workspace:
    """One team with our app installed in it. Nothing here outlives the process."""

    clock: Clock
    team: str = "T0SUTURE1"
    app: str = "A0SUTURE1"
    bot: str = "B0SUTURE1"
    bot_person: str = "U0SUTURE1"
    token: str = "xoxb-fake-token"
    app_token: str = "xapp-fake-token"
    socket_mode: bool = False  # interactions go over the app's own connections, not to its address
    signing_secret: str = "fake-signing-secret"
    app_url: str = ""
    scopes: frozenset[str] = APP_SCOPES
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[tuple[str, str], Posted] = field(default_factory=dict)
    private: list[Posted] = field(default_factory=list)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)  # the app's page, by person
    groups: dict[str, list[str]] = field(default_factory=dict)  # user groups: their people
    files: dict[str, SharedFile] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)  # each opens one connection
    triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    _last_ts: int = 0

    def next_ts(self) -> str:
        """A timestamp no other message has; they grow."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def person(self, id: str) -> Person:
        """Somebody; whoever was never introduced is a plain member."""
        return self.people.setdefault(id, Person(id, id.lower()))

    def channel_for_writing(self, id: str) -> Channel:
        """Raises ``channel_not_found``, ``is_archived``, ``not_in_channel``; a person's id is their direct channel."""
        if id in self.people and id not in self.channels:
            id = self.open_direct(id)
        channel = self.channels.get(id)
        if channel is None or (channel.private and not channel.member):
            raise SlackError("channel_not_found")
        if channel.archived:
            raise SlackError("is_archived")
        if not channel.member:
            raise SlackError("not_in_channel")
        return channel

    def open_direct(self, person: str) -> str:
        """The id of the direct channel between our app and a person."""
        id = f"D{person[1:]}"
        self.channels.setdefault(id, Channel(id, "directmessage"))
        return id

    def message(self, channel: str, ts: str) -> Posted:
        """Raises ``message_not_found``."""
        found = self.messages.get((channel, ts))
        if found is None:
            raise SlackError("message_not_found")
        return found

    def add(self, posted: Posted) -> None:
        self.messages[(posted.channel, posted.ts)] = posted

    def in_channel(self, channel: str) -> list[Posted]:
        """Every message, oldest first, thread lines too."""
        return sorted((m for m in self.messages.values() if m.channel == channel), key=lambda m: _order(m.ts))

    def new_trigger(self, person: str) -> str:
        trigger = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self.triggers[trigger] = (person, self.clock.now() + TRIGGER_LIVES)
        return trigger

    def use_trigger(self, trigger: str) -> str:
        """Whose click it was. Raises ``invalid_trigger_id``, ``expired_trigger_id`` or ``exchanged_trigger_id``."""
        if trigger not in self.triggers:
            raise SlackError("invalid_trigger_id")
        person, expires_at = self.triggers[trigger]
        if self.clock.now() > expires_at:
            raise SlackError("expired_trigger_id")
        if not person:
            raise SlackError("exchanged_trigger_id")
        self.triggers[trigger] = ("", expires_at)
        return person

    def new_hook(self, channel: str, person: str, message_ts: str = "") -> Hook:
        path = f"/actions/{self.team}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        self.hooks[path] = Hook(path, channel, person, self.clock.now() + HOOK_LIVES, message_ts)
        return self.hooks[path]

    def find_view(self, view_id: str, external_id: str) -> View:
        """Raises ``not_found``: never opened, closed, or submitted."""
        for view in self.views.values():
            if (view_id and view.id == view_id) or (external_id and view.content.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def wire(self, posted: Posted, *, metadata: bool = False) -> dict[str, Any]:
        """A message as the Web API shows it."""
        ours = posted.by == self.bot
        shown: dict[str, Any] = {"type": "message", "ts": posted.ts, "text": posted.now.text, "team": self.team}
        shown |= {"user": self.bot_person if ours else posted.by}
        if ours:
            shown |= {"bot_id": self.bot, "app_id": self.app}
        elif posted.by.startswith("B"):
            shown |= {"bot_id": posted.by, "app_id": "A0SOMEONE"}
        if posted.now.blocks:
            shown["blocks"] = list(posted.now.blocks)
        if posted.thread:
            shown["thread_ts"] = posted.thread
        if metadata and posted.now.metadata:
            shown["metadata"] = dict(posted.now.metadata)
        return shown


def _order(ts: str) -> tuple[int, int]:
    seconds, _, rest = ts.partition(".")
    return int(seconds), int(rest)
