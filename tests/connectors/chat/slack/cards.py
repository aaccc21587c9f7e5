"""The messages these tests send, and a reading of mrkdwn that shares nothing with the code under test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract.message import (
    Button,
    Code,
    Context,
    Fields,
    Link,
    Listing,
    Mention,
    Message,
    MessageKey,
    Paragraph,
    Plain,
    Strong,
    Style,
)

KEY = MessageKey("S-12")


def button(offer: str, label: str, **more: Any) -> Button:
    return Button(offer, label, f"{label} for sg-12 in production", **more)


def card(title: str = "SSH open to the world on sg-12") -> Message:
    """A case as a person meets it."""
    return Message(
        text=f"CRITICAL open: {title} (payments, production)",
        header=f"Critical: {title}",
        parts=(
            Paragraph((Plain("Anyone can try to log in. "), Strong("3 hosts"), Plain(" are reachable."))),
            Fields((("Resource", (Code("sg-12"),)), ("Owner", (Mention("Ana", "U0ANA"),)))),
            Listing(((Link("host-1", "https://console.example.com/a?b=1&c=2"),), (Plain("host-2"),)), more=38),
            Context((Plain("S-12 · seen 14×"),)),
        ),
        buttons=(
            button("o-fix", "Fix now…", style=Style.PRIMARY, opens_form=True),
            button("o-mine", "I'm on it"),
        ),
        overflow=(button("o-accept", "Accept risk…", opens_form=True), button("o-no", "Not mine")),
    )


def mrkdwn_strings(part: Any) -> Iterator[str]:
    """Every string Slack would read as mrkdwn: the text objects of that type, and the message's own text."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        if "blocks" in part:
            yield part.get("text", "")
        for value in part.values():
            yield from mrkdwn_strings(value)
    elif isinstance(part, list):
        for item in part:
            yield from mrkdwn_strings(item)


def tokens(text: str) -> list[str]:
    """What Slack finds between ``<`` and ``>``: a link, a mention, a broadcast or a date. Character by character."""
    found: list[str] = []
    opened = -1
    for place, character in enumerate(text):
        if character == "<":
            opened = place
        elif character == ">" and opened >= 0:
            found.append(text[opened + 1 : place])
            opened = -1
    return found
