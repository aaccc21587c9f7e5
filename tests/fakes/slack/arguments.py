"""How a Web API call carries its arguments: a form with JSON inside it, JSON, or a query."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from tests.fakes.slack.errors import SlackError

_NESTED = ("blocks", "metadata", "view", "attachments", "files")


async def read_arguments(request: Request) -> dict[str, Any]:
    """Raises SlackError ``invalid_json``, ``json_not_object`` or ``invalid_form_data``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    arguments: dict[str, Any] = dict(request.query_params)
    if kind == "application/json":
        arguments |= _parse_json(await request.body())
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.form()
        arguments |= {name: value for name, value in form.multi_items() if isinstance(value, str)}
    return {name: _open(name, value) for name, value in arguments.items()}


def presented_token(request: Request, arguments: Mapping[str, Any]) -> str:
    """The token of the Authorization header, or of the form."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else str(arguments.get("token", ""))


def truth(value: object) -> bool:
    return str(value).lower() in ("1", "true")


def need(arguments: Mapping[str, Any], name: str) -> str:
    """A required argument. Raises ``invalid_arguments``."""
    value = arguments.get(name)
    if not value:
        raise SlackError("invalid_arguments", [f"missing required field: {name}"])
    return str(value)


def _parse_json(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise SlackError("invalid_json") from problem
    if not isinstance(parsed, dict):
        raise SlackError("json_not_object")
    return parsed


def _open(name: str, value: Any) -> Any:
    if name not in _NESTED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as problem:
        wrong = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}
        raise SlackError(wrong.get(name, "invalid_arguments")) from problem
