"""How a Web API method says no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """An ``{"ok": false, "error": name}`` answer, with Slack's own name for what was wrong."""

    def __init__(self, name: str, messages: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(name)
        self.name = name
        self.messages = tuple(messages)
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON body; ``response_metadata.messages`` names each problem with its JSON pointer, as Slack does."""
        body: dict[str, Any] = {"ok": False, "error": self.name, **self.extra}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {text}" for text in self.messages]}
        return body


class TooFast(Exception):
    """HTTP 429: come back in ``after`` whole seconds."""

    def __init__(self, after: int) -> None:
        super().__init__(f"ratelimited for {after} s")
        self.after = after
