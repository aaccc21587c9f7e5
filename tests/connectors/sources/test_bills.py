"""What is special about bills of materials and VEX: what they are about, whose word they are, and their size."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.failure import NotThisFormat
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


def test_a_document_in_tags_tells_the_same_components_as_in_json() -> None:
    tags, in_json = (told("spdx", one(name).body) for name in ("spdx/tags", "spdx/image"))
    assert [(one.names, one.purl) for one in of(ComponentSeen, tags)] == [
        (one.names, one.purl) for one in of(ComponentSeen, in_json)
    ]
    assert of(AllSeen, tags) == of(AllSeen, in_json)


@pytest.mark.parametrize(
    "broken", [b"PackageName: a\xff\n", b"PackageComment: <text>no end\n"], ids=["not-utf-8", "a-text-without-end"]
)
def test_tags_of_which_a_line_cannot_be_read_are_refused_whole(broken: bytes) -> None:
    with pytest.raises(NotThisFormat):
        told("spdx", one("spdx/tags").body + broken)


def test_five_megabytes_of_tags_pass_by_in_one(tmp_path: Path) -> None:
    body = one("spdx/tags").body
    text = b"PackageComment: <text>" + b"x" * 2_500 + b"\n" + b"y" * 2_500 + b"</text>\n"
    package = body[body.index(b"PackageName: libssl") : body.index(b"FileName")] + text
    large = tmp_path / "large.spdx"
    large.write_bytes(body + package * 1_000)
    reader = SOURCES["spdx"].read_report
    assert reader is not None
    tracemalloc.start()
    with large.open("rb") as file:
        found = sum(isinstance(record, ComponentSeen) for record in reader(file, PLAIN))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == 1_002
    assert peak < 1_500_000
