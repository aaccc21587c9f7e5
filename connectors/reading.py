"""From a delivery's bytes to its records: JSON, envelopes, parse. Pure, so that a replay tells the same again."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Quarantined, Record
from connectors.contract.source import Headers, Opened, Source, SourceOptions
from connectors.envelopes import ENVELOPES, ndjson, transport_id
from connectors.packed import unpacked
from connectors.quarantine import excerpt, patiently
from connectors.text import clean, decode_utf8, read_json

Parse = Callable[[Opened, SourceOptions], Iterable[Record]]
_FORM = b"payload="
_ID_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What one delivery says.

    ``delivery_key`` is unique within its source: ``id:`` and the transport's own id, or ``sha256:`` and the body's
    digest. The second kind belongs into a ten-minute bucket: a sender may repeat the same body on purpose, and none is
    a retry for ever.
    """

    records: tuple[Record, ...]
    delivery_key: str

    @property
    def has_transport_id(self) -> bool:
        """Whether the sender named the delivery, so that a second one of that name is surely a retry."""
        return self.delivery_key.startswith("id:")


def read(source: Source, body: bytes, headers: Headers, options: SourceOptions) -> Reading:
    """The records of one delivery, in order; a body or record that nobody can read is Quarantined at its place.

    ``headers`` have lower-case names; only those of ``source.headers`` reach ``parse``. Raises NotThisFormat when the
    body as a whole is not what it claims to be (400), and nothing else.
    """
    kept = {name: headers[name] for name in source.headers if name in headers}
    body = unpacked(body)
    if source.parse is None:
        return Reading(_reported(source, body, kept, options), delivery_key(source, body, headers, None))
    documents = _documents(source, body, kept)
    first = next((one.body for one in documents if isinstance(one, Opened)), None)
    parse = source.parse
    records = tuple(record for one in _open_all(source, documents) for record in _parse(parse, one, options))
    return Reading(records, delivery_key(source, body, headers, first))


def delivery_key(source: Source, body: bytes, headers: Headers, outermost: Any) -> str:
    """The identity of a delivery; see :class:`Reading`. ``outermost`` is the body's JSON value before any envelope."""
    named = source.delivery_id(headers, outermost) if source.delivery_id else ""
    named = named or transport_id(source.envelopes, headers, outermost)
    if named and len(named) <= _ID_LENGTH and named.isprintable():
        return f"id:{named}"
    return digest_key(body)


def digest_key(body: bytes) -> str:
    """The identity of a delivery whose sender did not name it."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


def _documents(source: Source, body: bytes, headers: Mapping[str, str]) -> list[Opened | Quarantined]:
    if "form" in source.envelopes and body.startswith(_FORM):
        body = _from_form(body)
    try:
        return [Opened(read_json(body), headers)]
    except NotThisFormat:
        several = _several(body, headers) if "ndjson" in source.envelopes else []
        if not any(isinstance(one, Opened) for one in several):
            raise
        return several


def _from_form(body: bytes) -> bytes:
    """The ``payload`` field of a form, as GitHub sends it when a hook is left on its first content type."""
    try:
        return parse_qs(decode_utf8(body), strict_parsing=True, max_num_fields=8, errors="strict")["payload"][
            0
        ].encode()
    except (ValueError, KeyError):
        raise NotThisFormat("the body is a form without a readable field payload") from None


def _several(body: bytes, headers: Mapping[str, str]) -> list[Opened | Quarantined]:
    found: list[Opened | Quarantined] = []
    for pointer, document in ndjson(body):
        try:
            found.append(Opened(read_json(document), headers, pointer))
        except NotThisFormat as error:
            found.append(Quarantined(pointer, str(error), clean(document.decode("utf-8", "replace"), 4_000)))
    return found


def _open_all(source: Source, documents: list[Opened | Quarantined]) -> list[Opened | Quarantined]:
    """The innermost bodies: each envelope of the source is tried once on each body, in the source's order."""
    for name in source.envelopes:
        envelope = ENVELOPES.get(name)
        if envelope is None:
            continue  # ndjson and form work on bytes and are already open
        opened: list[Opened | Quarantined] = []
        for one in documents:
            inside = envelope(one) if isinstance(one, Opened) else None
            opened.extend([one] if inside is None else inside)
        documents = opened
    return documents


def _parse(parse: Parse, one: Opened | Quarantined, options: SourceOptions) -> Iterator[Record]:
    if isinstance(one, Quarantined):
        yield one
        return
    try:
        yield from tuple(patiently(parse(one, options), one.body))
    except UnknownShape as error:
        yield Quarantined(one.pointer, _unknown(error), excerpt(one.body))


def _reported(source: Source, body: bytes, headers: Headers, options: SourceOptions) -> tuple[Record, ...]:
    """The records of a report that was posted like an alert."""
    assert source.read_report is not None
    try:
        return tuple(source.read_report(io.BytesIO(body), options, headers))
    except UnknownShape as error:
        return (Quarantined("", _unknown(error)),)


def _unknown(error: UnknownShape) -> str:
    """The reason of a shape nobody knows; what is told may quote a header of the sender's."""
    return clean(f"nobody knows this shape: {error}")
