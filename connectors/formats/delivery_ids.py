"""How senders name their deliveries, so that one sent again is known: by a text in the JSON body, or by a header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.contract.source import Headers

DeliveryId = Callable[[Headers, Any], str]


def told_at(*keys: str) -> DeliveryId:
    """The text below ``keys`` of the body; "" where there is none, or something else."""

    def delivery_id(headers: Headers, body: Any) -> str:
        for key in keys:
            body = body.get(key) if isinstance(body, dict) else None
        return body if isinstance(body, str) else ""

    return delivery_id


def told_by(header: str) -> DeliveryId:
    """The header's value; ``header`` is in lower case."""

    def delivery_id(headers: Headers, body: Any) -> str:
        return headers.get(header, "")

    return delivery_id
