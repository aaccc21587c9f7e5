"""What was read as it is written down: a finding's names and text, a body. Pure, so that it is done where it is read.

The text lacks what holds its default: of forty fields a finding fills a dozen, and that is half the price and the room.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any

import msgspec

from connectors.contract.finding import Finding
from connectors.contract.identity import correlation_key, fingerprint

_to_json = msgspec.json.Encoder().encode
_of_json = msgspec.json.Decoder(Finding).decode


class Document(str):
    """JSON that is text already; a JSON column takes it as it is."""

    __slots__ = ()


class Written(msgspec.Struct, frozen=True, gc=False):
    """A finding with what follows from it alone."""

    finding: Finding
    fingerprint: str
    correlation_key: str
    content_hash: str
    document: Document


def written(finding: Finding) -> Written:
    """The finding with its names and its text."""
    return Written(finding, *names_of(finding), document_of(finding))


def names_of(finding: Finding) -> tuple[str, str, str]:
    """Its fingerprint, its correlation key and the hash of what it says."""
    return fingerprint(finding), correlation_key(finding), content_hash(finding)


def content_hash(finding: Finding) -> str:
    """Over what a person would want to see change: severity, status, title, what is installed and what has the fix."""
    fixed_in = finding.package.fixed_in if finding.package else ""
    installed = finding.package.installed if finding.package else ""
    parts = (
        str(int(finding.severity)),
        finding.status.value,
        finding.title,
        fixed_in,
        str(finding.world_open),
        installed,
    )
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def document_of(finding: Finding) -> Document:
    """The finding as JSON."""
    return Document(_to_json(finding), "utf-8")


def finding_of(document: Mapping[str, Any]) -> Finding:
    """The finding of a stored document."""
    return msgspec.convert(document, Finding)


def finding_of_text(document: str | bytes | msgspec.Raw) -> Finding:
    """The finding of a document that is still text."""
    return _of_json(document)


def packed_body(body: bytes) -> bytes:
    """A delivery's body as it is kept to be read again: zlib's, at its fastest."""
    return zlib.compress(body, 1)
