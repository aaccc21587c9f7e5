"""Whose report a file is, is told by its content: by one source, and by no other."""

from __future__ import annotations

import io
import json

import pytest

from connectors.packed import unpacked
from connectors.recognition import beginning, recognised
from tests.connectors.sources.payloads import SOURCES, Payload, name_of, payloads

REPORTS = [one for one in payloads() if one.source.recognise is not None]


@pytest.mark.parametrize("payload", REPORTS, ids=name_of)
def test_a_report_is_known_by_its_content_alone(payload: Payload) -> None:
    assert recognised(beginning(io.BytesIO(unpacked(payload.body))), SOURCES).id == payload.source.id


@pytest.mark.parametrize("payload", [one for one in REPORTS if one.path.name.endswith(".json")], ids=name_of)
def test_a_report_with_sorted_keys_is_known_too(payload: Payload) -> None:
    """Some tools and pipelines sort keys, so that what names the tool may come last."""
    body = json.dumps(json.loads(payload.body), sort_keys=True).encode()
    assert recognised(beginning(io.BytesIO(body)), SOURCES).id == payload.source.id
