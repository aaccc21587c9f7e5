"""Every secret of a configuration, so that logs can cut them out whatever they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from bot.settings.secrets import Secret


def secrets_of(settings: Any) -> frozenset[str]:
    """The revealed text of each Secret anywhere in the settings."""
    return frozenset(secret.reveal() for secret in _found(settings) if secret.reveal())


def _found(value: Any) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _found(getattr(value, each.name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from _found(each)
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _found(each)
