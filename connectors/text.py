"""Text from outside, tamed: strings are cleaned, links are https, JSON is strict."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from connectors.contract.failure import NotThisFormat

TITLE = 200
SUMMARY = 2_000
NAME = 500
DEPTH = 64

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BRACKETS_AND_QUOTES = bytes(set(range(256)) - set(b'[]{}"'))
_ONE_BRACKET = bytes.maketrans(b"{}", b"[]")


def clean(text: str, limit: int = NAME) -> str:
    """``text`` as NFC without control, bidirectional, zero-width or ANSI characters, at most ``limit`` characters long.

    Line feeds and tabs stay. A cut text ends in an ellipsis. UTS #39 and CVE-2021-42574 are why.
    """
    if text.isascii() and text.isprintable() and len(text) <= limit:  # nearly all there is
        return text.strip()
    if not text.isprintable() and not text.replace("\n", "").replace("\t", "").isprintable():
        text = "".join(c for c in _ANSI.sub("", text[: 4 * limit + 64]) if _is_visible(c))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text[: 4 * limit])
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def unquoted(text: str, limit: int = 1_000) -> str:
    """``text`` without its percent-encoding, cleaned once more: what was hidden in it was not seen before."""
    return clean(unquote(text), limit)


def visible(text: str) -> str:
    """``text`` without control, bidirectional and zero-width characters (CVE-2021-42574); its spaces are kept."""
    return text if text.isprintable() else "".join(c for c in text if _is_visible(c))


def _is_visible(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def one_line(text: str, limit: int = TITLE) -> str:
    """``text`` cleaned, with every run of white space made one space."""
    return clean(" ".join(text[: 4 * limit].split()), limit)


def csv_cell(text: str) -> str:
    """``text`` cleaned, and with a ' before what a spreadsheet would take for a formula (OWASP, CSV Injection).

    Quotation is the CSV writer's part. Full-width signs count too: spreadsheets of East Asia calculate with them.
    """
    text = clean(text.replace("\r", "\n"), limit=100_000)
    return f"'{text}" if text.startswith(_FORMULA) else text


@lru_cache(maxsize=2_048)  # a rule's address comes with each of its findings
def https_url(text: str, limit: int = 2_000) -> str:
    """``text`` if it is a plain https address, else "". Never shortened: a cut address leads elsewhere."""
    if not text.startswith("https://") or len(text) > limit or not text.isascii() or not text.isprintable():
        return ""
    parts = split_url(text)
    if parts is None or not parts.hostname or "@" in parts.netloc or any(c in text for c in ' <>"\\^`{|}'):
        return ""
    return text


def split_url(text: str) -> SplitResult | None:
    """The parts of an address, or None when it is none: control characters, a host or port that cannot be."""
    try:
        parts = urlsplit(text) if text.isascii() and text.isprintable() else None
        return parts if parts is not None and parts.port != 0 else None
    except ValueError:
        return None


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise NotThisFormat(f"the JSON repeats the key {_first_repeat(pairs)!r} in one object; each key may come once")
    return unique


def _first_repeat(pairs: Sequence[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    return clean(next(key for key, _ in pairs if key in seen or seen.add(key)), 60)  # type: ignore[func-returns-value]


def _no_constant(word: str) -> float:
    raise NotThisFormat(f"the JSON holds {word}, which is not JSON (RFC 8259 §6)")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotThisFormat(f"the JSON holds the number {digits[:20]}, which is too large")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_no_repeats, parse_constant=_no_constant, parse_float=_finite)


def refuse_utf16(start: bytes) -> None:
    """Raise NotThisFormat where a body or file begins with the byte-order mark of UTF-16."""
    if start.startswith(_UTF16):
        raise NotThisFormat("this is UTF-16, as PowerShell's > writes it; write it as UTF-8 (Out-File -Encoding utf8)")


def decode_utf8(body: bytes) -> str:
    """The body as text; a byte-order mark is dropped. Raises NotThisFormat when it is not UTF-8."""
    refuse_utf16(body)
    try:
        return body.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotThisFormat(f"the body is not UTF-8 (byte {error.start})") from None


def refuse_deep(body: bytes) -> None:
    """Raise NotThisFormat when brackets nest deeper than 64: the parsers after us recurse.

    Exact, and without a Python loop over the bytes: strings are dropped by the parity of their quotes (an adjacent pair
    of quotes never changes it), and each round takes away the innermost brackets.
    """
    if body.count(b"[") + body.count(b"{") <= DEPTH:
        return
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    bare = body.translate(None, _BRACKETS_AND_QUOTES).replace(b'""', b"")
    skeleton = b"".join(bare.split(b'"')[::2]).translate(_ONE_BRACKET)
    for _ in range(DEPTH):
        if not skeleton:
            return
        skeleton = skeleton.replace(b"[]", b"")
    if skeleton:
        raise NotThisFormat(f"the JSON nests deeper than {DEPTH} levels, or its brackets do not match")


def read_json(body: bytes) -> Any:
    """The JSON value of ``body``, strictly (RFC 7493): UTF-8, no repeated key, NaN or lone surrogate, 64 levels deep.

    Raises NotThisFormat, and nothing else, whatever the bytes are.
    """
    refuse_deep(body)
    text = decode_utf8(body)
    try:
        value = _DECODER.decode(text)
        if _SURROGATE_ESCAPE.search(body):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise NotThisFormat("the JSON holds half a surrogate pair, which is no character") from None
    except ValueError as error:
        raise NotThisFormat(f"the body is not JSON: {clean(str(error), 200)}") from None
    return value
