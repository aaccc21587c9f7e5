"""The rules of a SARIF run, cut down to what a finding needs: a large run has thousands, with pages of help each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connectors.contract.finding import Quarantined, Severity
from connectors.formats.severities import from_score, from_word
from connectors.quarantine import set_aside
from connectors.text import one_line
from connectors.wild import Unreadable, Wild


@dataclass(frozen=True, slots=True)
class Rule:
    """One reportingDescriptor (SARIF 3.49). ``rated`` is its ``security-severity``, see :func:`rated`."""

    id: str
    name: str = ""
    title: str = ""
    level: str = ""
    rated: tuple[Severity, str] | None = None
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
        rated=rated(told),
        help_url=told.url("helpUri"),
        tags=tuple(tag.lower() for tag in told.texts("properties", "tags")[:50]),
        messages={key: messages.text(key, "text", limit=1_000) for key in messages.value or {}},
    )


def read_rules(told: Iterable[Wild], aside: list[Quarantined]) -> list[Rule]:
    """The rules in their order; one that cannot be read is set aside, and stands there without a name."""
    rules = []
    for one in told:
        try:
            rules.append(read_rule(one))
        except Unreadable as error:
            aside.append(set_aside(error, one))
            rules.append(Rule(""))
    return rules


def rated(told: Wild) -> tuple[Severity, str] | None:
    """GitHub's ``security-severity`` of a rule or result, 0 to 10, and as it was told; None where it tells nothing.

    Semgrep writes a word there.
    """
    raw = told.text("properties", "security-severity")
    if word := from_word(raw):
        return word, raw
    score = told.number("properties", "security-severity") if raw else None
    return None if score is None else (from_score(score), f"{score:g}")
