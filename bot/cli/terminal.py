"""What is said at the terminal: answers to standard output, what went wrong to standard error."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape

out = Console()
err = Console(stderr=True)


def say(lines: Iterable[str]) -> None:
    """Answer as it stands, without markup or colours, and let the terminal break the lines."""
    for line in lines:
        out.print(escape(line), soft_wrap=True, highlight=False)


def complain(problem: object) -> None:
    """Say what went wrong, in red."""
    err.print(escape(str(problem)), style="red", soft_wrap=True)
