"""The rules of a SARIF run, cut down to what a finding needs: a large run has thousands, with pages of help each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.text import one_line
from connectors.wild import Wild


@dataclass(frozen=True, slots=True)
class Rule:
    """One reportingDescriptor (SARIF 3.49). ``score`` is GitHub's ``security-severity``, 0 to 10."""

    id: str
    name: str = ""
    title: str = ""
    level: str = ""
    score: float | None = None
    help_url: str = ""
    tags: tuple[str, ...] = ()
    messages: Mapping[str, str] = field(default_factory=dict)


def read_rule(told: Wild) -> Rule:
    """One rule. Raises Unreadable."""
    messages = told.at("messageStrings")
    if messages.value is not None and type(messages.value) is not dict:
        raise told.wrong("an object", messages.value, "messageStrings")
    return Rule(
        id=told.need("id"),
        name=told.text("name"),
        title=one_line(told.text("shortDescription", "text", limit=400)),
        level=told.text("defaultConfiguration", "level"),
        score=told.number("properties", "security-severity"),
        help_url=told.url("helpUri"),
        tags=tuple(tag.lower() for tag in told.texts("properties", "tags")[:50]),
        messages={key: messages.text(key, "text", limit=1_000) for key in messages.value or {}},
    )
