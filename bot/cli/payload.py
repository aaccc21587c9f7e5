"""A payload that a person names: a file, or what is piped in."""

from __future__ import annotations

import sys
from pathlib import Path

import typer


def payload_at(path: Path) -> bytes:
    """The bytes of a file, - being standard input. Raises BadParameter where it cannot be read."""
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as problem:
        raise typer.BadParameter(f"{path} cannot be read: {problem.strerror}") from None
