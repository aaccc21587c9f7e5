"""An exported trail proves itself without a database; whatever was done to the file is named at its first bad line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from bot.model.audit_chain import BEGINNING, digest
from bot.trail import verify_lines
from bot.views.audit_export import ExportFormat

Lines = Sequence[bytes]


def exported() -> list[bytes]:
    """Four records, as `suture audit export` writes them."""
    lines, previous = [], BEGINNING.hash
    for number in range(1, 5):
        row = {
            "sequence": number,
            "at": datetime(2026, 3, 2, 9, number, tzinfo=UTC),
            "who": "ana",
            "act": "fix",
            "target": "S-1",
            "where_from": "slack:T1:U1",
            "outcome": "done",
            "detail": {"why": "é \u2028 =1+1", "ratio": 0.5},
            "previous": previous,
        }
        previous = digest(row)
        lines.append(ExportFormat.JSON_LINES.line(row | {"hash": previous}).encode())
    return lines


def test_a_whole_export_is_whole() -> None:
    good, said = verify_lines(exported(), "", partial=False)
    assert (good, said[:43]) == (True, "4 records, every one as it was written. Hea")
    head = said.rpartition(" ")[2]
    assert verify_lines(exported(), head, partial=False)[0]
    good, said = verify_lines(exported()[:3], head, partial=False)
    assert (good, "ends before record 4" in said) == (False, True)


def test_an_empty_export_is_an_empty_trail() -> None:
    assert verify_lines([], "", partial=False)[1].startswith("0 records")


def test_a_filtered_export_says_how_many_it_cannot_check() -> None:
    some = [exported()[1], exported()[3]]
    assert "record 1 deleted" in verify_lines(some, "", partial=False)[1]
    assert verify_lines(some, "", partial=True) == (
        True,
        "2 records, every one as it was written. 2 left out by the export's filter cannot be checked. "
        f"Head: 4:{some[1].decode().rpartition(':')[2][1:65]}",
    )


TAMPERING: list[tuple[Callable[[Lines], Lines], str]] = [
    (lambda lines: [lines[0].replace(b"ana", b"ben"), *lines[1:]], "at record 1: was changed"),
    (lambda lines: [lines[0], *lines[2:]], "at record 2: is missing"),
    (lambda lines: [lines[0], lines[2], lines[1]], "at record 2: is missing"),
    (lambda lines: [lines[0], lines[0]], "at record 1: was inserted"),
    (lambda lines: [b"{}"], "line 1 is no record"),
    (lambda lines: [lines[0].replace(b'"who":"ana"', b'"who":5')], "line 1 is no record"),
    (lambda lines: [lines[0].replace(b'"sequence":1', b'"sequence":true')], "line 1 is no record"),
    (lambda lines: [lines[0].replace(b"2026-03-02T", b"2026-03-02 ")], "line 1 is no record"),
    (lambda lines: [b"sequence,at,who"], "the body is not JSON"),
    (lambda lines: [b"\xff"], "not UTF-8"),
]


@pytest.mark.parametrize(("tamper", "says"), TAMPERING)
def test_a_file_that_was_tampered_with_is_told(tamper: Callable[[Lines], Lines], says: str) -> None:
    good, said = verify_lines(tamper(exported()), "", partial=False)
    assert (good, says in said) == (False, True), said


@pytest.mark.parametrize("change", [(b'"who":"ana"', b'"who":"ben"'), (b"0.5", b"0.6"), (b":03:", b":04:")])
def test_a_filter_is_no_way_to_hide_a_change(change: tuple[bytes, bytes]) -> None:
    some = [exported()[0], exported()[2].replace(*change)]
    assert "was changed" in verify_lines(some, "", partial=True)[1]


def test_a_wrong_head_is_told() -> None:
    assert "no head of an audit trail" in verify_lines(exported(), "4", partial=False)[1]
    assert "written anew" in verify_lines(exported(), f"4:{'0' * 64}", partial=False)[1]
