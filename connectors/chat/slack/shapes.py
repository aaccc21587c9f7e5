"""The shapes within Slack's bodies, read without trust: what is absent is empty, what is otherwise is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from connectors.contract.failure import Refused


def object_of(value: Any) -> dict[str, Any]:
    """An object; {} for nothing. Raises Refused."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused("the body has not the shape of a Slack request")
    return value


def text_of(part: Mapping[str, Any], name: str) -> str:
    """A field's text; "" for nothing. Raises Refused."""
    value = part.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(f"{name} is no text")
    return value


def key_of(*parts: str) -> str:
    """The same for the same parts; their borders count."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:40]
