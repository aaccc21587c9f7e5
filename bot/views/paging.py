"""Long answers: a page at a time where they are read, and the whole as a text beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from bot.views.plain_text import part_lines
from connectors.contract.message import Attachment, Code, Link, Part, Plain, Spans

Row = TypeVar("Row")

ROWS = 15  # of one page


def page_of(rows: Sequence[Row], page: int) -> tuple[Sequence[Row], int, int]:
    """The rows of that page, which page it is (the last one for a number beyond it), and how many there are."""
    pages = max(1, -(-len(rows) // ROWS))
    page = min(max(1, page), pages)
    return rows[ROWS * (page - 1) : ROWS * page], page, pages


def turning(page: int, pages: int, again: str, link: str) -> Spans:
    """``page 2 of 5; next: list page 3 · all in the console``. ``again`` are the words that asked for the first."""
    onward = (Plain("; next: "), Code(f"{again} page {page + 1}")) if page < pages else ()
    return (Plain(f"page {page} of {pages}"), *onward, Plain(" · "), Link("all in the console", link))


def whole(name: str, title: str, parts: Sequence[Part]) -> Attachment:
    """Everything, a line a row."""
    return Attachment(name, title, "\n".join(line for part in parts for line in part_lines(part)))
