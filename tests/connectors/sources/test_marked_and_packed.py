"""A report says the same with the byte-order mark that Windows's tools write, packed or not."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

import pytest

from connectors.contract.finding import Record
from connectors.packed import unpacked, unpacked_file
from connectors.text import BOM
from tests.connectors.sources.payloads import PLAIN, Payload, name_of, payloads

REPORTS = [one for one in payloads() if one.source.read_report is not None]


def _zipped(body: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report", body)
    return packed.getvalue()


def _plain(body: bytes) -> bytes:
    return body


def _records(payload: Payload, body: bytes) -> list[Record]:
    assert payload.source.read_report is not None
    with unpacked_file(io.BytesIO(body)) as file:
        return list(payload.source.read_report(file, PLAIN, payload.headers))


@pytest.mark.parametrize("pack", [_plain, gzip.compress, _zipped])
@pytest.mark.parametrize("payload", REPORTS, ids=name_of)
def test_a_marked_report_says_what_it_says_without(payload: Payload, pack: Callable[[bytes], bytes]) -> None:
    body = unpacked(payload.body)
    assert _records(payload, pack(BOM + body.removeprefix(BOM))) == _records(payload, body)
