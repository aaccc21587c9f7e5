"""Whose report a file is, is told by its content: by one source, and by no other."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from connectors.packed import unpacked
from connectors.recognition import HEAD, recognised
from tests.connectors.sources.payloads import SOURCES, Payload, name_of, payloads

REPORTS = [one for one in payloads() if one.source.recognise is not None]
LARGE = list({one.source.id: one for one in REPORTS if one.path.name.endswith(".json")}.values())  # one a source


@pytest.mark.parametrize("payload", REPORTS, ids=name_of)
def test_a_report_is_known_by_its_content_alone(payload: Payload) -> None:
    assert recognised(io.BytesIO(unpacked(payload.body)), SOURCES).id == payload.source.id


@pytest.mark.parametrize("payload", [one for one in REPORTS if one.path.name.endswith(".json")], ids=name_of)
def test_a_report_with_sorted_keys_is_known_too(payload: Payload) -> None:
    """Some tools and pipelines sort keys, so that what names the tool may come last."""
    body = json.dumps(json.loads(payload.body), sort_keys=True).encode()
    assert recognised(io.BytesIO(body), SOURCES).id == payload.source.id


def _led_by(told: Any, much: list[str]) -> Any:
    """``told`` with much else before what its first record tells."""
    if isinstance(told, list):
        return [_led_by(told[0], much), *told[1:]] if told else told
    return {"added": much, **told} if isinstance(told, dict) else told


@pytest.mark.parametrize("payload", LARGE, ids=name_of)
def test_a_report_is_known_where_much_stands_before_what_names_its_tool(payload: Payload) -> None:
    """Bandit tells the metrics of every file first, Checkov what passed, sslyze the certificates of a server."""
    body = json.dumps(_led_by(json.loads(payload.body), ["much"] * (HEAD // 4))).encode()
    assert recognised(io.BytesIO(body), SOURCES).id == payload.source.id


def test_a_report_is_known_behind_a_number_longer_than_a_machine_s() -> None:
    """The modulus of an RSA key, in sslyze's certificates."""
    body = json.dumps({"modulus": 2**2048 + 1, "server_scan_results": [], "sslyze_version": "6.2.0"}).encode()
    assert recognised(io.BytesIO(body), SOURCES).id == "sslyze"


def test_a_report_is_known_by_what_stands_before_a_text_that_is_none_behind_such_a_number() -> None:
    body = b'{"modulus": %d, "server_scan_results": [], "sslyze_version": "6.2.0", "why": "a raw\n line"}' % (
        2**2048 + 1
    )
    assert recognised(io.BytesIO(body), SOURCES).id == "sslyze"
