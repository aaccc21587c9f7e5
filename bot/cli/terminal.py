"""What is said at the terminal: answers to standard output, what went wrong to standard error.

Neither reads markup nor the names of emojis: what is said holds words of strangers, and 2001:db8:a:b::1 is an address.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

out = Console(markup=False, emoji=False)
err = Console(stderr=True, markup=False, emoji=False)


def say(lines: Iterable[str]) -> None:
    """Answer as it stands, without colours, and let the terminal break the lines."""
    for line in lines:
        out.print(line, soft_wrap=True, highlight=False)


def complain(problem: object) -> None:
    """Say what went wrong, in red."""
    err.print(str(problem), style="red", soft_wrap=True)
