"""Whether a typed JMESPath expression may be tried: it must not be able to make more than a few times its input."""

from __future__ import annotations

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connectors.text import one_line

LONGEST = 200
_GROWTH = 64  # times the input
_MULTIPLY = frozenset({"multi_select_list", "multi_select_dict"})
_PASTE = frozenset({"join", "to_string"})


def refuse_costly(expression: str) -> str:
    """Why it is not tried, "" where it is: too long, no JMESPath, or made to grow."""
    if len(expression) > LONGEST:
        return f"longer than {LONGEST} characters"
    try:
        parsed = jmespath.compile(expression).parsed
    except JMESPathError as error:
        return f"it is no JMESPath expression: {one_line(str(error))}"
    growth, pasted = _growth(parsed)
    if growth > _GROWTH or pasted > 2:
        return "it makes too much out of what it finds; take fewer lists, join and to_string"
    return ""


def _growth(node: Any) -> tuple[int, int]:
    """(the product of the widths of all lists and objects it makes, how often it pastes texts together)."""
    growth, pasted, waiting = 1, 0, [node]
    while waiting:
        one = waiting.pop()
        children = [child for child in one.get("children", ()) if isinstance(child, dict)]
        if one["type"] in _MULTIPLY:
            growth *= max(1, len(children))
        pasted += one["type"] == "function_expression" and one["value"] in _PASTE
        waiting += children
    return growth, pasted
