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
