"""Each sender's own name for its delivery is found where that sender writes it, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.contract.source import SourceOptions
from connectors.formats.delivery_ids import told_at, told_by
from connectors.reading import read
from tests.connectors.sources.payloads import SOURCES

OPTIONS = SourceOptions()
NESTED = told_at("event", "id")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"event": {"id": "e-1"}, "id": "no"}, "e-1"),
        ({"event": {"id": 7}}, ""),
        ({"event": {"id": None}}, ""),
        ({"event": "e-1"}, ""),
        ({}, ""),
        ([{"event": {"id": "e-1"}}], ""),
        (None, ""),
    ],
)
def test_a_text_in_the_body_names_it_and_what_is_no_text_does_not(body: Any, named: str) -> None:
    assert NESTED({"event": "no", "id": "no"}, body) == named


def test_a_header_names_it() -> None:
    assert told_by("x-sent")({"x-sent": "s-1"}, {"x-sent": "no"}) == "s-1"
    assert told_by("x-sent")({}, {"x-sent": "no"}) == ""


@pytest.mark.parametrize(
    ("source", "body", "headers"),
    [
        ("jfrog-xray", b'{"alert_id": "d-1"}', {}),
        ("okta", b'{"eventId": "d-1"}', {}),
        ("pagerduty", b'{"event": {"id": "d-1"}}', {}),
        ("falco", b'{"uuid": "d-1"}', {}),
        ("dependency-track", b'{"notification": {"id": "d-1"}}', {}),
        ("github", b"{}", {"x-github-delivery": "d-1"}),
        ("snyk", b"{}", {"x-snyk-transport-id": "d-1"}),
        ("sentry", b"{}", {"request-id": "d-1"}),
        ("vault-radar", b"{}", {"x-hcp-radar-message-id": "d-1"}),
    ],
)
def test_each_sender_writes_it_at_its_own_place(source: str, body: bytes, headers: dict[str, str]) -> None:
    assert read(SOURCES[source], body, headers, OPTIONS).delivery_key == "id:d-1"
