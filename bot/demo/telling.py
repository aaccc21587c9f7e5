"""How the demo speaks: numbered steps, each line something that was really observed, readable on 80 columns."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

Seen = TypeVar("Seen")
_WIDEST = 100


class DidNotHappen(Exception):
    """A step of the story was not observed; says what was expected and what was there instead."""


class Teller:
    """Prints the story as it happens."""

    def __init__(self) -> None:
        self._out = Console(highlight=False, emoji=False)
        self._width = min(self._out.width, _WIDEST)
        self.step = ""

    def begin(self, number: int, title: str) -> None:
        """A new step."""
        self.step = f"{number}. {title}"
        self._out.print()
        self._out.print(Rule(f"[bold]{escape(self.step)}[/]", align="left"), width=self._width)

    def saw(self, text: str) -> None:
        """Something that was observed."""
        self._line("[green]✓[/]", text)

    def note(self, text: str) -> None:
        """Something worth knowing."""
        self._line("[cyan]·[/]", text)

    def plain(self, text: str) -> None:
        """A line to be copied: never broken."""
        self._out.print(f"    {escape(text)}", soft_wrap=True)

    def quote(self, text: str) -> None:
        """Words from a page, as they stand there."""
        for line in text.splitlines():
            shown = Table.grid(padding=(0, 1))
            shown.add_row("   ", "[dim]│[/]", f"[dim]{escape(line)}[/]")
            self._out.print(shown, width=self._width)

    def failed(self, text: str) -> None:
        """The step that did not happen, and why we say so."""
        self._out.print(f"\n[bold red]✗ Step {escape(self.step)} did not happen.[/]", width=self._width)
        self._out.print(Padding(escape(text), (0, 0, 0, 4)), width=self._width)

    def ended(self, text: str) -> None:
        """The last word."""
        self._out.print(f"\n[bold green]{escape(text)}[/]", width=self._width)

    def _line(self, mark: str, text: str) -> None:
        line = Table.grid(padding=(0, 1))
        line.add_row(" ", mark, escape(text))
        self._out.print(line, width=self._width)


def expect(holds: bool, otherwise: str) -> None:
    """Go on, or fail the step saying what was there instead."""
    if not holds:
        raise DidNotHappen(otherwise)


def until(look: Callable[[], Seen | None], what: str, within: float = 30.0) -> Seen:
    """Look again and again until there is something; fails the step when it does not come in time (seconds)."""
    end = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > end:
            raise DidNotHappen(f"waited {within:.0f} seconds in vain for {what}")
        time.sleep(0.2)
    return found
