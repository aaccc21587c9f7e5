"""CloudEvents whose data is mapped, and what names a delivery in each of their three modes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.contract.finding import Finding
from connectors.contract.source import SourceOptions
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, one

SOURCE = SOURCES["cloudevents"]
MAPPING = {"items": "hits", "title": "headline", "severity": "level", "rule": "check"}
EVENT = {"specversion": "1.0", "id": "1", "source": "s", "type": "t", "subject": "web-9.example.com"}


def findings(body: Any, headers: dict[str, str], options: SourceOptions) -> list[Finding]:
    records = read(SOURCE, json.dumps(body).encode(), headers, options).records
    return [record for record in records if isinstance(record, Finding)]


def test_a_mapping_reads_the_data_and_the_event_says_the_rest() -> None:
    data = {"hits": [{"headline": "Open", "level": "high"}, {"headline": "Old", "level": "low", "check": "age"}]}
    for body, headers in (({**EVENT, "data": data}, {}), (data, {f"ce-{name}": held for name, held in EVENT.items()})):
        told = findings(body, headers, SourceOptions(mapping=MAPPING))
        assert [(f.rule_id, f.title, f.severity.word, f.resource.id) for f in told] == [
            ("t", "Open", "high", "web-9.example.com"),
            ("age", "Old", "low", "web-9.example.com"),
        ]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("structured", "id:cloudevents///scanner.example.com/fleet/e-1"),
        ("binary", "id:cloudevents///scanner.example.com/fleet/e-7"),
        ("batch", "sha256:"),
    ],
)
def test_source_and_id_name_the_delivery(name: str, key: str) -> None:
    payload = one(f"cloudevents/{name}")
    assert read(SOURCE, payload.body, payload.headers, PLAIN).delivery_key.startswith(key)
