"""`make sources` over our own payloads: every record is told or set aside, and a count that differs is said aloud."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.connectors.sources.payloads import SOURCES
from tests.sources.__main__ import main
from tests.sources.counters import asff, elements, inside, listed, openvex, osv, parts, rows, spdx
from tests.sources.counts import COUNTS
from tests.sources.trying import Count, own_files, try_bodies


def test_every_payload_of_ours_agrees_with_its_golden(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--own"]) == 0
    printed = capsys.readouterr().out
    assert all(source in printed for source in SOURCES)
    assert "DIFFER" not in printed


def test_a_record_that_is_lost_is_named_with_its_file() -> None:
    tried = next(iter(own_files(SOURCES["grype"])))
    assert not tried.wrong
    assert tried.counted is not None
    for more in (Count(findings=1), Count(components=1), Count(statements=1)):
        lost = dataclasses.replace(tried, counted=tried.counted + more)
        assert tried.name in lost.wrong
        assert f"{lost.counted} counted" in lost.wrong


def test_one_kind_of_record_does_not_stand_for_another() -> None:
    tried = next(one for one in own_files(SOURCES["openvex"]) if one.told.statements)
    assert tried.counted is not None
    invented = Count(findings=tried.counted.findings + 1, statements=tried.counted.statements - 1)
    assert dataclasses.replace(tried, counted=invented).wrong


def test_what_is_no_file_of_the_source_is_told_as_refused() -> None:
    tried = try_bodies(SOURCES["sarif"], "a", [b"no JSON at all"], {}, Count())
    assert tried.refused
    assert not tried.wrong


@pytest.mark.parametrize(
    ("counter", "body", "count"),
    [
        (asff, [{"Resources": [{}, {}]}, {"Resources": []}, {}], 4),
        (listed("matches"), {"matches": [1, 2]}, 2),
        (listed("vulnerabilities"), [{"vulnerabilities": [1]}, {"vulnerabilities": None}], 1),
        (inside("runs", "results"), {"runs": [{"results": [1, 2]}, {}]}, 2),
        (osv, {"results": [{"packages": [{"groups": [1], "vulnerabilities": [1, 2]}, {"vulnerabilities": [1]}]}]}, 2),
        (rows, b"a,b\n1,2\n\n3,4\n", 2),
        (elements("item"), b"<r xmlns='u'><item/><x><item/></x></r>", 2),
        (openvex, {"statements": [{"products": ["a", {"subcomponents": [1, 2]}, {}]}]}, 4),
        (spdx, {"packages": [{"SPDXID": "a"}, {"SPDXID": "b"}], "relationships": []}, 2),
        (lambda bill: len(parts(bill)), {"components": [{"components": [{}]}, {}]}, 3),
        (lambda bill: len(parts(bill)), b"<b xmlns='u'><components><component/></components></b>", 1),
    ],
    ids=["asff", "listed", "several", "inside", "osv", "rows", "elements", "openvex", "spdx", "parts", "xml-parts"],
)
def test_the_counters_count(counter: object, body: object, count: int) -> None:
    assert callable(counter)
    assert counter(body) == count


def test_the_counters_know_no_source() -> None:
    for name in ("counters.py", "counts.py"):
        assert "connectors" not in Path(main.__code__.co_filename).with_name(name).read_text()
    assert all(counted.source == counted.source.lower() for counted in COUNTS.values())
