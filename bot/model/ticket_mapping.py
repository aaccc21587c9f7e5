"""How tickets are filled in: which project and issue type, what Jira calls our priorities, and further fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.model.priority_tables import Priority

# What may stand in braces in a field's value. All are words of ours, so that no alert can write into a field.
WORDS = ("case", "due", "environment", "owner", "priority", "severity")
_WORD = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMapping:
    """What is empty is taken from the mapping below it: a team's from the installation's."""

    project: str = ""
    issue_type: str = ""
    change_issue_type: str = ""  # of a run's change record; "" : none is written
    priorities: Mapping[Priority, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)  # as the tracker's own API takes them

    def over(self, default: TicketMapping) -> TicketMapping:
        """This mapping, completed by ``default``; priorities and fields key by key."""
        return TicketMapping(
            project=self.project or default.project,
            issue_type=self.issue_type or default.issue_type,
            change_issue_type=self.change_issue_type or default.change_issue_type,
            priorities={**default.priorities, **self.priorities},
            fields={**default.fields, **self.fields},
        )


def unknown_words(value: Any) -> tuple[str, ...]:
    """The words in braces, anywhere in a field's value, that nobody fills in."""
    if isinstance(value, str):
        return tuple(word for word in _WORD.findall(value) if word not in WORDS)
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return tuple(word for each in inner for word in unknown_words(each))


def filled_in(value: Any, words: Mapping[str, str]) -> Any:
    """A field's value with its words in braces replaced; ``words`` has each of WORDS."""
    if isinstance(value, str):
        return _WORD.sub(lambda found: words[found[1]], value)
    if isinstance(value, Mapping):
        return {name: filled_in(each, words) for name, each in value.items()}
    return [filled_in(each, words) for each in value] if isinstance(value, list) else value
