"""``--share`` with any words: the answer is for everybody in the channel. A refusal stays between the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors.contract.message import Level, Message, Notice

SHARE = "--share"


def without_share(words: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The words that are left, and whether it was asked for."""
    kept = tuple(word for word in words if word.lower() != SHARE)
    return kept, len(kept) != len(words)


def shared(answer: Message) -> Message:
    """The answer for everybody; one that only says what went wrong is nobody else's business."""
    refused = all(isinstance(part, Notice) and part.level is Level.WARNING for part in answer.parts)
    return answer if answer.parts and refused else replace(answer, shared=True)
