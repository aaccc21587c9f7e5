"""Messages, buttons and modals of the fake, as a person at the screen knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.patience import PATIENCE


class Screen(Protocol):
    """What these need of FakeSlack."""

    def act(self, act: str, /, **wanted: Any) -> Any: ...

    def wait(self, look: Any, within: float = PATIENCE) -> Any: ...


@dataclass(frozen=True)
class Delivered:
    """How the app answered: ``acknowledged`` is what Slack calls it, 200 within three seconds."""

    delivery: str
    status: int
    ms: float
    body: str = ""
    error: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)  # a modal's, by block id
    open: bool = False  # whether the modal is still open

    @property
    def acknowledged(self) -> bool:
        return self.status == 200


@dataclass(frozen=True)
class FakeButton:
    screen: Screen
    message: FakeMessage
    element: Mapping[str, Any]

    @property
    def label(self) -> str:
        return str(self.element["text"]["text"])

    @property
    def offer(self) -> str:
        return str(self.element["value"])

    def press(self, by: str, *, as_seen: bool = False) -> Delivered:
        """Press it, and wait for the app's answer. ``as_seen``: although the message has changed since."""
        where = {"channel": self.message.channel, "ts": self.message.ts}
        if as_seen:
            where["revision"] = len(self.message.revisions) - 1
        return Delivered(**self.screen.act("press", label=self.label, by=by, **where))


class FakeMessage:
    """A message as it stands, with its earlier revisions."""

    def __init__(self, screen: Screen, posted: Mapping[str, Any]) -> None:
        self._screen, self._posted = screen, posted
        self.channel, self.ts, self.thread = posted["channel"], posted["ts"], posted["thread"]
        self.revisions: list[Mapping[str, Any]] = posted["revisions"]
        self.only_for = posted["only_for"]
        self.text, self.blocks = self.revisions[-1]["text"], self.revisions[-1]["blocks"]
        self.metadata = self.revisions[-1]["metadata"] or {}

    @property
    def shown(self) -> str:
        """Every text on it, one a line, as it was sent."""
        return "\n".join([self.text, *texts(self.blocks)])

    @property
    def buttons(self) -> list[FakeButton]:
        """The buttons, then the entries of the overflow menu."""
        elements = [e for block in self.blocks if block["type"] == "actions" for e in block["elements"]]
        plain = [FakeButton(self._screen, self, e) for e in elements if e["type"] == "button"]
        hidden = [FakeButton(self._screen, self, o) for e in elements for o in e.get("options", [])]
        return plain + hidden

    def button(self, label: str) -> FakeButton:
        """Raises AssertionError, naming the buttons there are."""
        for button in self.buttons:
            if button.label == label:
                return button
        raise AssertionError(f"no button {label!r}; there are {[b.label for b in self.buttons]}")

    @property
    def replies(self) -> list[FakeMessage]:
        """The lines of its thread, oldest first."""
        found = self._screen.act("messages", channel=self.channel)
        return [FakeMessage(self._screen, posted) for posted in found if posted["thread"] == self.ts]

    def again(self) -> FakeMessage:
        """The same message as it stands now."""
        found = self._screen.act("messages", channel=self.channel)
        return next(FakeMessage(self._screen, posted) for posted in found if posted["ts"] == self.ts)


class FakeChannel:
    def __init__(self, screen: Screen, id: str) -> None:
        self._screen, self.id = screen, id

    def messages(self) -> list[FakeMessage]:
        """Its messages, oldest first, without the lines of threads."""
        found = self._screen.act("messages", channel=self.id)
        return [FakeMessage(self._screen, posted) for posted in found if not posted["thread"]]

    def newest(self, count: int) -> list[FakeMessage]:
        """Its last messages, oldest first: all of a long channel take long to read."""
        return [
            FakeMessage(self._screen, posted) for posted in self._screen.act("messages", channel=self.id, newest=count)
        ]

    def message(self, containing: str = "", *, within: float = PATIENCE) -> FakeMessage:
        """The newest message that shows this, waited for."""

        def there() -> FakeMessage | None:
            return next((m for m in reversed(self.messages()) if containing in m.shown), None)

        found = self._screen.wait(there, within)
        assert isinstance(found, FakeMessage)
        return found

    def say(self, text: str, *, by: str, metadata: Mapping[str, Any] | None = None, thread: str = "") -> str:
        """Somebody else writes here; returns the timestamp."""
        said = self._screen.act("say", channel=self.id, text=text, by=by, metadata=metadata, thread=thread)
        return str(said["ts"])

    def delete(self, message: FakeMessage) -> None:
        self._screen.act("delete", channel=self.id, ts=message.ts)


class FakeView:
    """A modal on somebody's screen, as it stands."""

    def __init__(self, screen: Screen, view: Mapping[str, Any]) -> None:
        self._screen = screen
        self.id, self.person, self.content = view["id"], view["person"], view["content"]
        self.revisions: int = view["revisions"]

    @property
    def title(self) -> str:
        return str(self.content["title"]["text"])

    @property
    def shown(self) -> str:
        return "\n".join(texts(self.content))

    @property
    def inputs(self) -> list[str]:
        """The names of its inputs."""
        return [b["block_id"].removeprefix("input:") for b in self.content["blocks"] if b["type"] == "input"]

    def close(self) -> None:
        self._screen.act("close", view=self.id)


def texts(part: Any) -> list[str]:
    """Every ``text`` string in blocks or a view, in order."""
    if isinstance(part, list):
        return [text for item in part for text in texts(item)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [text for value in part.values() if not isinstance(value, str) for text in texts(value)]
