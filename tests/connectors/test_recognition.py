"""Whose report a file is, told from its beginning: also of files made to cost time."""

from __future__ import annotations

import io
import time

import pytest

from connectors.recognition import HEAD, beginning, recognised
from tests.connectors.sources.payloads import SOURCES, Payload, name_of, payloads

REPORTS = [one for one in payloads() if one.source.read_report is not None and one.source.recognise is not None]


@pytest.mark.parametrize("body", [b"[" * HEAD, b'{"a":' * HEAD, b'[{"a":[' * HEAD], ids=["lists", "objects", "both"])
def test_a_deep_file_costs_no_time(body: bytes) -> None:
    started = time.process_time()
    assert not beginning(io.BytesIO(body)).has("detail")
    assert time.process_time() - started < 5


@pytest.mark.parametrize("payload", REPORTS, ids=name_of)
def test_no_payload_is_taken_for_another_sources(payload: Payload) -> None:
    """A file that one of several posts like an alert may be nobody's; it is never another's."""
    start = beginning(io.BytesIO(payload.body), payload.path.name)
    knows = {one.id for one in SOURCES.values() if one.recognise is not None and one.recognise(start)}
    assert knows <= {payload.source.id}
    if knows:
        assert recognised(start, SOURCES) is payload.source
