"""The rules for what stands inside blocks: texts, buttons, menus, inputs and confirm dialogs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ELEMENT_KEYS = {
    "button": {"text", "value", "url", "style", "confirm", "accessibility_label"},
    "overflow": {"options", "confirm"},
    "static_select": {"options", "placeholder", "initial_option", "confirm", "focus_on_load"},
    "plain_text_input": {"multiline", "initial_value", "min_length", "max_length", "placeholder", "focus_on_load"},
    "datepicker": {"initial_date", "placeholder", "confirm", "focus_on_load"},
}


def length(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class Problems:
    """What was wrong and where, gathered."""

    found: list[str] = field(default_factory=list)

    def add(self, at: str, what: str) -> None:
        self.found.append(f"{what} [json-pointer:{at}]")

    def limit(self, at: str, text: object, most: int) -> None:
        """A text of 1 to ``most`` characters is required."""
        if not isinstance(text, str):
            self.add(at, "missing required field")
        elif not text:
            self.add(at, "must be more than 0 characters")
        elif length(text) > most:
            self.add(at, f"must be less than {most + 1} characters")

    def count(self, at: str, items: object, least: int, most: int) -> list[Any]:
        """A list of ``least`` to ``most`` items is required; returns what can be looked at further."""
        if not isinstance(items, list):
            self.add(at, "missing required field")
            return []
        if len(items) < least:
            self.add(at, f"no fewer than {least} items allowed")
        if len(items) > most:
            self.add(at, f"no more than {most} items allowed")
        return items


def check_text(problems: Problems, at: str, text: object, most: int, *, plain: bool = False) -> None:
    """A text object, ``plain_text`` or (unless ``plain``) ``mrkdwn``."""
    if not isinstance(text, dict):
        problems.add(at, "missing required field")
        return
    kinds = {"plain_text": "emoji", "mrkdwn": "verbatim"}
    kind = text.get("type")
    if kind not in kinds or (plain and kind != "plain_text"):
        problems.add(f"{at}/type", "must be plain_text" if plain else "must be plain_text or mrkdwn")
        return
    for key in text.keys() - {"type", "text", kinds[kind]}:
        problems.add(at, f"invalid additional property: {key}")
    problems.limit(f"{at}/text", text.get("text"), most)


def check_element(problems: Problems, at: str, element: object) -> None:
    """A button, a menu or an input."""
    if not isinstance(element, dict) or element.get("type") not in _ELEMENT_KEYS:
        problems.add(at, "unsupported element type")
        return
    kind = element["type"]
    for key in element.keys() - _ELEMENT_KEYS[kind] - {"type", "action_id"}:
        problems.add(at, f"invalid additional property: {key}")
    if "action_id" in element:
        problems.limit(f"{at}/action_id", element["action_id"], 255)
    if "confirm" in element:
        _confirm(problems, f"{at}/confirm", element["confirm"])
    if "placeholder" in element:
        check_text(problems, f"{at}/placeholder", element["placeholder"], 150, plain=True)
    _CHECKS[kind](problems, at, element)


def _button(problems: Problems, at: str, element: Mapping[str, Any]) -> None:
    check_text(problems, f"{at}/text", element.get("text"), 75, plain=True)
    for name, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        if name in element:
            problems.limit(f"{at}/{name}", element[name], most)
    if element.get("style", "primary") not in ("primary", "danger"):
        problems.add(f"{at}/style", "must be primary or danger")


def _options(problems: Problems, at: str, element: Mapping[str, Any], most: int) -> None:
    for place, option in enumerate(problems.count(f"{at}/options", element.get("options"), 1, most)):
        if not isinstance(option, dict):
            problems.add(f"{at}/options/{place}", "must be an object")
            continue
        check_text(problems, f"{at}/options/{place}/text", option.get("text"), 75)
        problems.limit(f"{at}/options/{place}/value", option.get("value"), 150)


def _overflow(problems: Problems, at: str, element: Mapping[str, Any]) -> None:
    _options(problems, at, element, 5)


def _select(problems: Problems, at: str, element: Mapping[str, Any]) -> None:
    _options(problems, at, element, 100)
    initial = element.get("initial_option")
    if initial is not None and initial not in (element.get("options") or []):
        problems.add(f"{at}/initial_option", "must match one of the options")


def _line(problems: Problems, at: str, element: Mapping[str, Any]) -> None:
    if "initial_value" in element:
        problems.limit(f"{at}/initial_value", element["initial_value"], 3000)
    most = element.get("max_length", 3000)
    if not isinstance(most, int) or not 1 <= most <= 3000:
        problems.add(f"{at}/max_length", "must be between 1 and 3000")


def _date(problems: Problems, at: str, element: Mapping[str, Any]) -> None:
    initial = element.get("initial_date")
    if initial is not None and not _DATE.fullmatch(str(initial)):
        problems.add(f"{at}/initial_date", "must be of the form YYYY-MM-DD")


def _confirm(problems: Problems, at: str, dialog: object) -> None:
    if not isinstance(dialog, dict):
        problems.add(at, "must be an object")
        return
    check_text(problems, f"{at}/title", dialog.get("title"), 100, plain=True)
    check_text(problems, f"{at}/text", dialog.get("text"), 300)
    check_text(problems, f"{at}/confirm", dialog.get("confirm"), 30, plain=True)
    check_text(problems, f"{at}/deny", dialog.get("deny"), 30, plain=True)


_CHECKS = {
    "button": _button,
    "overflow": _overflow,
    "static_select": _select,
    "plain_text_input": _line,
    "datepicker": _date,
}
