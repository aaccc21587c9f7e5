"""JSON that passes by: numbers that no machine word holds, told once though read twice, and byte-order marks."""

from __future__ import annotations

import io
import json

import pytest

from connectors.contract.failure import NotThisFormat
from connectors.formats.json_parts import passing
from connectors.formats.json_paths import streamed, wanted

MODULUS = 2**2048 + 1  # of an RSA key; a 64-bit word ends at 2**63


def values(body: bytes) -> list[object]:
    return [met.value for met in streamed(io.BytesIO(body), wanted(("list[]",))) if met.path]


def test_a_whole_number_of_any_length_is_read_and_nothing_is_told_twice() -> None:
    told = [{"number": number} for number in range(3_000)] + [{"modulus": MODULUS}, {"score": 9.5}]
    assert values(json.dumps({"list": told}).encode()) == told


def test_documents_one_after_another_go_on_behind_a_long_number() -> None:
    body = f'{{"a": 1}} {{"a": {MODULUS}}} {{"a": 2}}'.encode()
    numbers = passing(io.BytesIO(body), lambda parts: (value for kind, value in parts if kind == "number"), True)
    assert list(numbers) == [1, MODULUS, 2]


@pytest.mark.parametrize(
    "body",
    [f'{{"list": [{MODULUS}, }}'.encode(), b'{"list": [' + b"9" * 5_000 + b"]}", b'{"list": [1'],
    ids=["broken behind it", "longer than Python reads", "broken off"],
)
def test_what_is_no_json_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(NotThisFormat, match="the file is not JSON"):
        values(body)


def test_a_byte_order_mark_is_passed_over_and_utf_16_is_named() -> None:
    body = json.dumps({"list": [MODULUS, "ä"]}, ensure_ascii=False)
    assert values(body.encode("utf-8-sig")) == [MODULUS, "ä"]
    with pytest.raises(NotThisFormat, match="UTF-16"):
        values(body.encode("utf-16"))


class Read(io.BytesIO):
    """A file that knows how often it was read."""

    times = 0

    def read(self, size: int | None = -1) -> bytes:
        self.times += 1
        return super().read(size)


@pytest.mark.parametrize("beside", ["", f'{{"n": {MODULUS}}}, '], ids=["quick", "patient"])
def test_a_text_of_megabytes_is_not_parsed_anew_with_each_piece_of_it(beside: str) -> None:
    file = Read(f'{{"list": [{beside}"{"A" * 8_000_000}"]}}'.encode())
    told = [met.value for met in streamed(file, wanted(("list[]",))) if met.path]
    assert told[-1] == "A" * 8_000_000
    assert file.times < 60, "in equal pieces it takes the square of its length: an hour for a report"


def test_a_text_without_an_end_is_refused_in_good_time() -> None:
    file = Read(b'{"list": ["' + b"A" * 100_000_000)
    with pytest.raises(NotThisFormat, match="holds a text of more than"):
        list(streamed(file, wanted(("list[]",))))
    assert file.tell() < 40_000_000


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"list": []} {"list": []}', "something stands behind its one document; send each document by itself"),
        (b'{"list": [1', "it breaks off before its end"),
        (b'{"list": [\x00]}', "lexical error: invalid char in json text."),
    ],
    ids=["two documents", "broken off", "no JSON"],
)
def test_why_it_is_no_json_is_said_in_one_line(body: bytes, why: str) -> None:
    with pytest.raises(NotThisFormat) as failure:
        values(body)
    assert str(failure.value) == f"the file is not JSON: {why}"
