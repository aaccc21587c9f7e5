"""The beginning of a file that was made to cost time."""

from __future__ import annotations

import io
import time

import pytest

from connectors.recognition import HEAD, beginning


@pytest.mark.parametrize("body", [b"[" * HEAD, b'{"a":' * HEAD, b'[{"a":[' * HEAD], ids=["lists", "objects", "both"])
def test_a_deep_file_costs_no_time(body: bytes) -> None:
    started = time.process_time()
    assert not beginning(io.BytesIO(body)).has("detail")
    assert time.process_time() - started < 5
