"""Ways to spoil a payload: at its places while its shape is known, then in its bytes. hypothesis draws them."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.connectors.sources.payloads import Payload, payloads
from tests.connectors.sources.shapes import DROPPED, Json, is_shaped, shape_of

HOSTILE_TEXTS = (
    "",
    " ",
    "\u202e\u2066abc\u200b",
    "\x00\x07\x1b[31mred\x9b",
    "a" * 100_000,
    "é" * 3_000 + "\u0301" * 3_000,
    "\ufdfa" * 2_000,
    "\ud800",
    "../../etc/passwd",
    "javascript:alert(1)",
    "https://user:pass@example.com/%00",
    "https://[::1",
    "=cmd|' /C calc'!A0",
    "<script>&amp;<!channel>",
    "CVE-9999-" + "9" * 400,
    "pkg:npm/%ff@" + "1" * 300,
    "arn:aws:::::",
    "9999-99-99T99:99:99Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "1e400",
    "NaN",
    "٣٤",
    "CVSS:3.1/AV:N",
    "{0}{1}{",
    "\n\t\r\n",
)
HOSTILE_NUMBERS = (0, -1, 1.5, 1e308, -1e308, 5e-324, 2**31, 2**63, 10**30, 10**400, -(10**18), 253402300800, True)
HOSTILE: tuple[Any, ...] = (
    DROPPED,
    None,
    *HOSTILE_TEXTS,
    *HOSTILE_NUMBERS,
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"a": {"a": []}},
    ["x", None, 3],
)
CONTENT_TYPES = ("application/json", "text/plain", "application/xml", "text/csv", "multipart/form-data", "", "\x00")
_PIECES = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"{",
    b"]",
    b'"',
    b",",
    b"\n",
    b"\r",
    b"1e999",
    b"NaN",
    b"\\ud800",
    b"<!--",
    b"<![CDATA[",
    b"&x;",
    b"<",
    b'""',
    b"\xed\xa0\x80",
)
_DOCTYPE = b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@dataclass(frozen=True)
class Spoilt:
    """One body as it comes in."""

    source: str
    name: str
    body: bytes
    headers: dict[str, str]


def _hostile(chance: Random) -> Any:
    """One of them, for itself: what is put into a payload may be spoilt once more."""
    return copy.deepcopy(chance.choice(HOSTILE[1:]))


def _put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    if new is DROPPED:
        del value[path[-1]]
    else:
        value[path[-1]] = new


def _deep(value: Any, levels: int) -> Any:
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


def _another(old: Any, chance: Random) -> Any:
    """What comes to stand where ``old`` stood."""
    way = chance.randrange(7)
    if way == 6:
        return DROPPED
    if isinstance(old, list) and old and way < 4:
        mixed = chance.sample(old, len(old))
        return (old * 2, mixed, old[: chance.randrange(len(old))], [*old, _hostile(chance)])[way]
    if isinstance(old, dict) and way < 3:
        return ({**old, "": old}, {**old, "\u202e\x00": "x"}, {key.upper(): held for key, held in old.items()})[way]
    if way == 3:
        return _deep(old, chance.choice((3, 30, 62, 80)))
    if isinstance(old, str) and way == 4:
        return old + chance.choice(HOSTILE_TEXTS)
    return _hostile(chance)


def _in_places(payload: Payload, chance: Random) -> bytes:
    """Spoilt at one to three places."""
    shape = shape_of(payload.path.name, payload.body)
    if not isinstance(shape, Json):
        places = list(shape.places())
        new = chance.choice(HOSTILE)
        written = new.encode("utf-8", "replace").decode() if isinstance(new, str) else new  # no file can hold the rest
        return shape.put(chance.choice(places), written) if places else payload.body
    shape.value = copy.deepcopy(shape.value)
    for _ in range(chance.randrange(1, 4)):
        if places := list(shape.places()):
            place = chance.choice(places)
            _put(shape.value, place.path, _another(place.value, chance))
    return shape.write(shape.value)


def _cut(body: bytes, chance: Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _inserted(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + chance.choice(_PIECES) + body[at:]


def _lost(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + body[at + chance.randrange(1, 40) :]


def _doubled(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[: at + chance.randrange(1, 200)] + body[at:]


def _flipped(body: bytes, chance: Random) -> bytes:
    spoilt = bytearray(body or b"x")
    spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _other_encoding(body: bytes, chance: Random) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-8-sig", "utf-7", "utf-32-be")))


def _wrapped(body: bytes, chance: Random) -> bytes:
    told = body.decode("utf-8", "replace")
    sns = {"Type": "Notification", "MessageId": "m", "TopicArn": "t", "Message": told}
    return chance.choice(
        (b"[" + body + b"]", body + b"\n" + body, json.dumps(sns).encode(), b"payload=" + body, _DOCTYPE + body)
    )


def _packed(body: bytes, chance: Random) -> bytes:
    packed = gzip.compress(body, mtime=0)
    return chance.choice((packed, packed[: len(packed) // 2], packed + b"junk", _flipped(packed, chance)))


_IN_BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _cut,
    _inserted,
    _lost,
    _doubled,
    _flipped,
    _other_encoding,
    _wrapped,
    _packed,
)


@st.composite
def spoilt(draw: st.DrawFn, source: str = "*") -> Spoilt:
    """A payload of one source, or of any, spoilt in one way or several."""
    payload = draw(st.sampled_from(payloads(source)))
    chance = draw(st.randoms(use_true_random=False))
    body = payload.body
    in_places = is_shaped(payload.path.name) and chance.randrange(4) > 0
    if in_places:
        body = _in_places(payload, chance)
    for _ in range(chance.randrange(2) if in_places else chance.randrange(1, 4)):
        body = chance.choice(_IN_BYTES)(body, chance)
    headers = {**payload.headers, "content-type": chance.choice(CONTENT_TYPES)}
    for name in payload.source.headers:
        if chance.randrange(4) == 0:
            headers[name] = chance.choice(HOSTILE_TEXTS)
    return Spoilt(payload.source.id, f"{payload.source.id}/{payload.path.name}", body, headers)
