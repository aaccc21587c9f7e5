"""What is special about bills of materials and VEX: what they are about, whose word they are, and their size."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from connectors.contract.finding import AllSeen, ComponentSeen, Finding, Quarantined, Record, Snapshot
from connectors.contract.statement import Stated, Statement
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, one
from tests.connectors.sources.test_reports import Endless

NAMED = {"x-suture-resource": "github.com/acme/payments"}


def told(source: str, body: Any, headers: dict[str, str] | None = None) -> tuple[Record, ...]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read(SOURCES[source], content, headers or {}, PLAIN).records


def of(kind: type, records: tuple[Record, ...]) -> list[Any]:
    return [record for record in records if isinstance(record, kind)]


def test_a_bill_about_nothing_has_no_components_and_closes_nothing_until_it_is_named() -> None:
    body = one("cyclonedx/nameless").body
    records = told("cyclonedx", body)
    assert not of(ComponentSeen, records)
    assert not of(AllSeen, records)
    assert not of(Statement, records)
    assert not of(Snapshot, records)
    assert "X-Suture-Resource" in of(Quarantined, records)[0].reason

    records = told("cyclonedx", body, NAMED)
    assert [one.names for one in of(ComponentSeen, records)] == [("github.com/acme/payments",)]
    assert {finding.resource.id for finding in of(Finding, records)} == {"github.com/acme/payments"}
    (said,) = of(Statement, records)
    assert (said.status, said.products) == (Stated.NOT_AFFECTED, ("github.com/acme/payments",))


def test_what_is_said_of_an_image_is_said_of_that_build() -> None:
    for said in of(Statement, told("cyclonedx", one("cyclonedx/image").body)):
        assert said.products == (f"registry.example.com/shop/web@sha256:{'0' * 63}1",)


def test_a_bill_without_vulnerabilities_did_not_look_for_any() -> None:
    body = json.loads(one("cyclonedx/image").body)
    assert of(Snapshot, told("cyclonedx", body))
    del body["vulnerabilities"]
    assert not of(Snapshot, told("cyclonedx", body))


def test_an_empty_bill_says_that_nothing_is_there() -> None:
    body = json.loads(one("cyclonedx/image").body) | {"components": [], "vulnerabilities": []}
    (all_seen,) = of(AllSeen, told("cyclonedx", body))
    assert all_seen.names[0] == "registry.example.com/shop/web"


@pytest.mark.parametrize("source", ["cyclonedx", "spdx"])
def test_twenty_megabytes_of_components_pass_by_in_a_few(source: str) -> None:
    listed = "components" if source == "cyclonedx" else "packages"
    body = json.loads(one(f"{source}/image").body)
    member = json.dumps(body[listed][1] | {"padding": "x" * 5_000}).encode()
    before, _, after = json.dumps(body | {listed: ["HERE"]}).encode().partition(b'"HERE"')
    reader = SOURCES[source].read_report
    assert reader is not None
    tracemalloc.start()
    found = sum(isinstance(record, ComponentSeen) for record in reader(Endless(before, member, 4_000, after), PLAIN))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == 4_000
    assert peak < 4_000_000
