"""What each of our payloads says. ``SUTURE_WRITE_GOLDENS=1 pytest tests/connectors/sources`` writes it anew."""

from __future__ import annotations

import json
import os

import pytest

from tests.connectors.sources.payloads import SOURCES, Payload, as_json, name_of, payloads


@pytest.mark.parametrize("payload", payloads(), ids=name_of)
def test_a_payload_reads_as_its_golden_file_says(payload: Payload) -> None:
    told = [as_json(record) for record in payload.records()]
    if os.environ.get("SUTURE_WRITE_GOLDENS"):
        payload.golden.parent.mkdir(parents=True, exist_ok=True)
        payload.golden.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    assert told == json.loads(payload.golden.read_text())


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_payloads(source: str) -> None:
    assert payloads(source)


def test_no_golden_file_is_left_over() -> None:
    wanted = {payload.golden for payload in payloads()}
    assert {path for payload in payloads() for path in payload.golden.parent.glob("*.json")} == wanted
