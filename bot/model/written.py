"""A finding as it is written down: its names and its text. Pure, so that it is worked out where the finding is read.

The text lacks what holds its default: of forty fields a finding fills a dozen, and that is half the price and the room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from connectors.contract.finding import Finding
from connectors.contract.identity import correlation_key, fingerprint

_ADAPTER: TypeAdapter[Finding] = TypeAdapter(Finding)
_to_json = partial(_ADAPTER.serializer.to_json, exclude_defaults=True)


class Document(str):
    """JSON that is text already; a JSON column takes it as it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A finding with what follows from it alone."""

    finding: Finding
    fingerprint: str
    correlation_key: str
    document: Document


def written(finding: Finding) -> Written:
    """The finding with its names and its text."""
    return Written(finding, fingerprint(finding), correlation_key(finding), document_of(finding))


def document_of(finding: Finding) -> Document:
    """The finding as JSON."""
    return Document(_to_json(finding), "utf-8")


def finding_of(document: Mapping[str, Any]) -> Finding:
    """The finding of a stored document."""
    return _ADAPTER.validate_python(document)


def finding_of_text(document: bytes) -> Finding:
    """The finding of a document that is still text."""
    return _ADAPTER.validate_json(document)
