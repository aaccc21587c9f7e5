"""The rules for modals, and for the app's own page."""

from __future__ import annotations

import json

from tests.fakes.slack.blocks import MODAL_BLOCKS, find_problems
from tests.fakes.slack.elements import Problems, check_text
from tests.fakes.slack.errors import SlackError

VIEW_BYTES = 250_000
_KEYS = {
    "type", "title", "blocks", "close", "submit", "private_metadata", "callback_id",
    "clear_on_close", "notify_on_close", "external_id", "submit_disabled",
}  # fmt: skip


_HOME_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}


def check_home(view: object) -> None:
    """The app's own page. Raises as check_view does."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = Problems()
    for key in view.keys() - _HOME_KEYS:
        problems.add("/view", f"invalid additional property: {key}")
    if view.get("type") != "home":
        problems.add("/view/type", "must be home")
    blocks = view.get("blocks")
    found = find_problems(blocks if isinstance(blocks, list) else [None], MODAL_BLOCKS)
    if problems.found or found:
        raise SlackError("invalid_arguments", [*problems.found, *found])


def check_view(view: object) -> None:
    """Raises SlackError ``invalid_arguments`` with every problem, or ``view_too_large``."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = Problems()
    for key in view.keys() - _KEYS:
        problems.add("/view", f"invalid additional property: {key}")
    if view.get("type") != "modal":
        problems.add("/view/type", "must be modal")
    check_text(problems, "/view/title", view.get("title"), 24, plain=True)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            check_text(problems, f"/view/{name}", view[name], 24, plain=True)
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if view.get(name):
            problems.limit(f"/view/{name}", view[name], most)
    blocks = view.get("blocks")
    found = find_problems(blocks if isinstance(blocks, list) else [None], MODAL_BLOCKS)
    if isinstance(blocks, list) and not view.get("submit") and any(b.get("type") == "input" for b in blocks if b):
        problems.add("/view/submit", "`submit` is required when an `input` is in the view")
    if problems.found or found:
        raise SlackError("invalid_arguments", [*problems.found, *found])
