"""EPSS, plain and compressed, whole and torn."""

from __future__ import annotations

import gzip
import io
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.context import epss
from connectors.contract.context import ExploitScore
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Quarantined
from tests.connectors.context.payloads import PAYLOADS

TABLE = (PAYLOADS / "epss.csv").read_bytes()
PACKED = gzip.compress(TABLE, mtime=0)


@pytest.mark.parametrize(
    "body", [TABLE, PACKED, TABLE.replace(b"\n", b"\r\n")], ids=["plain", "gzip", "other line ends"]
)
def test_scores_with_the_day_they_are_of(body: bytes) -> None:
    first, second, *broken = epss.read(io.BytesIO(body))
    assert first == ExploitScore("CVE-2014-0160", 0.94464, 0.99992, date(2030, 1, 2))
    assert second == ExploitScore("CVE-2030-10001", 0.00043, 0.09115, date(2030, 1, 2))
    assert [item.pointer for item in broken if isinstance(item, Quarantined)] == ["line 5", "line 6"]


def test_the_comment_line_may_be_missing() -> None:
    (score,) = epss.read(io.BytesIO(b"cve,epss,percentile\nCVE-2014-0160,1,0\n"))
    assert score == ExploitScore("CVE-2014-0160", 1.0, 0.0, None)


@pytest.mark.parametrize("body", [b"", b"cve,score\n", b"#model_version:x\nCVE-2014-0160,0.9,0.9\n", b"<html></html>"])
def test_another_table_is_an_unknown_shape(body: bytes) -> None:
    with pytest.raises(UnknownShape):
        epss.read(io.BytesIO(body))


@pytest.mark.parametrize(
    "body",
    [PACKED[:-9], PACKED[:30], b"\x1f\x8b junk", TABLE + b"\xff\n", TABLE + b"x" * 5_000],
    ids=["no end", "torn early", "only the magic", "no UTF-8", "a line too long"],
)
def test_a_torn_or_foreign_file_is_not_this_format(body: bytes) -> None:
    with pytest.raises(NotThisFormat):
        list(epss.read(io.BytesIO(body)))


def test_an_archive_that_unpacks_to_anything_is_stopped() -> None:
    bomb = gzip.compress(b"cve,epss,percentile\n" + b"\n" * 2_000 + b"0" * 50_000_000)
    with pytest.raises(NotThisFormat, match="longer lines"):
        list(epss.read(io.BytesIO(bomb)))


@given(st.text(max_size=60))
def test_no_row_is_taken_for_a_score_outside_zero_to_one(row: str) -> None:
    try:
        found = list(epss.read(io.BytesIO(b"cve,epss,percentile\nCVE-2014-0160," + row.encode())))
    except NotThisFormat:
        return
    assert all(0.0 <= item.score <= 1.0 for item in found if isinstance(item, ExploitScore))


def test_300_000_rows_take_less_than_two_seconds_of_work() -> None:
    rows = b"".join(b"CVE-2030-%d,0.%05d,0.50000\n" % (10_000 + i, i % 99_999) for i in range(300_000))
    packed = gzip.compress(b"#model_version:v1,score_date:2030-01-02T00:00:00+0000\ncve,epss,percentile\n" + rows, 1)
    start = time.process_time()
    assert sum(1 for _ in epss.read(io.BytesIO(packed))) == 300_000
    assert time.process_time() - start < 2.0
