"""Hostile text and JSON: what reaches us clean, and what is refused in words."""

from __future__ import annotations

import json
import sys
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.failure import NotThisFormat
from connectors.quarantine import excerpt
from connectors.text import clean, csv_cell, https_url, one_line, read_json, unquoted
from connectors.times import read_time
from connectors.wild import Unreadable, Wild

INVISIBLE = [
    c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) in {"Cc", "Cf"} and c not in "\n\t"
]


def test_no_control_or_format_character_survives() -> None:
    assert clean("a" + "".join(INVISIBLE[:-100]) + "b", 100_000) == "ab"
    assert all(clean(f"a{c}b") == "ab" for c in INVISIBLE if c != "\x1b")


@pytest.mark.parametrize(
    ("told", "cleaned"),
    [
        ("plain", "plain"),
        ("  two\nlines\t ", "two\nlines"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", "link"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301", "é"),
        ("nul\x00", "nul"),
        ("", ""),
    ],
)
def test_clean(told: str, cleaned: str) -> None:
    assert clean(told) == cleaned


@given(st.text(), st.integers(1, 50))
def test_clean_text_is_short_normal_and_stays_as_it_is(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode("utf-8")


def test_what_percent_encoding_hides_is_not_seen_either() -> None:
    assert unquoted("src/pay%20me%19%E2%80%AE.py") == "src/pay me.py"


def test_a_cut_text_says_so() -> None:
    assert clean("x" * 300, 10) == "x" * 9 + "…"
    assert one_line("a\n\n  b\tc") == "a b c"


@pytest.mark.parametrize(
    "url", ["https://example.com", "https://example.com:8443/a?b=c#d", "https://xn--e1afmkfd.example/"]
)
def test_an_https_address_stays(url: str) -> None:
    assert https_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com", "javascript:alert(1)", "https://", "https://a b", "https://user:pw@example.com", "//x"),
        *("https://example.com\n", "https://exämple.com", "https://[::1", "https://example.com:99999", "https://x/|y"),
        *("https://example.com/<b>", "https://example.com/" + "a" * 3_000, ""),
    ],
)
def test_any_other_address_is_dropped(url: str) -> None:
    assert https_url(url) == ""


@pytest.mark.parametrize(
    "value", [None, 1, 1.5, "x", [], {}, {"a": [1, {"b": '\u00e9 [ { \\ " '}]}, ["]" * 99, "[" * 99]]
)
def test_good_json_reads_as_it_is(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(b"\xef\xbb\xbf" + json.dumps(value, ensure_ascii=False).encode()) == value


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_of_ours_reads_back(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{} x", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b'"\xc3"', "not UTF-8"),
        (b"NaN", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"[1e999]", "too large"),
        (b"1" * 5_000, "not JSON"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "'c'"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\udc00": 1}', "surrogate"),
        (b"[" * 65 + b"]" * 65, "deeper than 64"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "deeper than 64"),
        (b"[" * 5_000_000, "deeper than 64"),
        (b'["]",' * 1_000 + b"[" * 80 + b"]" * 80 + b"]" * 1_000, "deeper than 64"),
        (b'["]\\"",' * 70 + b'"["' + b"]" * 70, "deeper than 64"),
        (b'"a\x01"', "not JSON"),
    ],
)
def test_bad_json_is_refused_and_told_why(body: bytes, why: str) -> None:
    with pytest.raises(NotThisFormat, match=why):
        read_json(body)


def test_exactly_64_levels_are_read_and_a_pair_of_surrogates_is_a_character() -> None:
    assert read_json(b"[" * 64 + b"]" * 64)
    assert read_json(b'"\\ud83d\\ude00"') == "\U0001f600"


@given(st.binary())
def test_read_json_raises_nothing_else(body: bytes) -> None:
    said = "read"
    try:
        read_json(body)
    except NotThisFormat as error:
        said = str(error)
    assert said


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    [
        *("2026-03-02T12:00:00Z", "2026-03-02T13:00:00+01:00", "2026-03-02 12:00:00", "2026-03-02T12:00:00.000000000Z"),
        *(1772452800, 1772452800.0, 1772452800000, 1772452800000000, "1772452800", "1772452800000"),
    ],
)
def test_times_of_every_kind_are_utc(told: str | float) -> None:
    assert read_time(told) == NOON


def test_a_languages_zero_time_is_none_and_nonsense_is_an_error() -> None:
    assert read_time("0001-01-01T00:00:00Z") is None
    assert read_time(0) is None
    for told in ("yesterday", "", "2026-13-01", 1e300):
        with pytest.raises(ValueError):
            read_time(told)


WILD = Wild({"a": {"b/c": [1, "x"], "n": "7", "t": True}, "l": [{"k": None}]}, "/base")


@pytest.mark.parametrize(
    ("ask", "pointer"),
    [
        (lambda w: w.text("a"), "/base/a"),
        (lambda w: w.text("a", "b/c", "d"), "/base/a/b~1c"),
        (lambda w: w.need("a", "gone"), "/base/a/gone"),
        (lambda w: w.number("l"), "/base/l"),
        (lambda w: w.number("a", "t"), "/base/a/t"),
        (lambda w: w.flag("a", "n"), "/base/a/n"),
        (lambda w: w.time("a", "t"), "/base/a/t"),
        (lambda w: w.url("a"), "/base/a"),
        (lambda w: w.pairs("l"), "/base/l"),
        (lambda w: list(w.items("a")), "/base/a"),
        (lambda w: next(w.items("l")).need("k"), "/base/l/0/k"),
        (lambda w: w.at("a").texts("n"), "/base/a/n"),
    ],
)
def test_what_is_not_as_it_should_be_is_named_with_its_place(ask: Any, pointer: str) -> None:
    with pytest.raises(Unreadable) as failure:
        ask(WILD)
    assert failure.value.pointer == pointer
    assert failure.value.reason


def test_what_is_there_is_read_and_what_is_missing_is_empty() -> None:
    assert WILD.at("a").texts("b/c") == ("1", "x")
    assert (WILD.whole("a", "n"), WILD.flag("a", "t")) == (7, True)
    missing = (WILD.text("x", "y"), WILD.number("x"), WILD.time("x"), WILD.url("x"), WILD.flag("x"), WILD.pairs("x"))
    assert missing == ("", None, None, "", False, {})
    assert list(WILD.items("x")) == []


def test_an_excerpt_is_short_and_hides_what_may_be_secret() -> None:
    record = {
        "id": 1,
        "secret": "s3cr3t",
        "deep": [{"api_key": "s3cr3t", "snippet": {"text": "s3cr3t"}}],
        "long": "x" * 9_000,
    }
    shown = excerpt(record)
    assert len(shown) <= 4_000
    assert "s3cr3t" not in shown


@pytest.mark.parametrize(
    "record",
    [
        {"line": "key = s3cr3t", "lineNumber": 3, "offender": "s3cr3t", "rule": "generic"},
        {"Raw": "s3cr3t", "RawV2": "s3cr3t", "Redacted": "s3cr3t"},
        {"diff": "+ s3cr3t", "printDiff": "s3cr3t", "stringsFound": ["s3cr3t"]},
        {"message": "-----BEGIN RSA PRIVATE KEY-----\ns3cr3t"},
        {"list": ["https://ana:s3cr3t@git.example.com/acme"]},
        {"context": {"10": "DD_API_KEY=s3cr3t-s3cr3t"}},
        {"said": "the token ghp_s3cr3ts3cr3ts3cr3t was found"},
    ],
    ids=lambda record: next(iter(record)),
)
def test_an_excerpt_hides_what_scanners_of_secrets_quote(record: dict[str, Any]) -> None:
    assert "s3cr3t" not in excerpt(record)


def test_an_excerpt_still_says_where() -> None:
    assert excerpt({"line": 3, "lineNumber": 3, "results": []}) == '{"line": 3, "lineNumber": 3, "results": []}'


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("plain - text", "plain - text"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r=1", "'=1"),
        ("\n\u200b =1", "'=1"),
        ("＝1", "'＝1"),
        ("\u202e=1", "'=1"),
        ("'=1", "'=1"),
        ("a\r\n=1", "a\n\n=1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert csv_cell(text) == cell
