"""JSON that passes by in parts, by two parsers: a quick one, and one that also reads whole numbers of any length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from json import JSONDecodeError
from typing import IO, Any, TypeVar

import ijson

from connectors.contract.failure import NotThisFormat
from connectors.text import BOM, clean, refuse_utf16

T = TypeVar("T")
Parts = Iterator[tuple[str, Any]]  # what ijson tells of JSON that passes by: ("map_key", "id"), ("string", "x") …
# A whole buffer is parsed before its depth is seen, and a deep one costs the square of its length.
_BUFFER = 8_192
# A text that has not ended is parsed anew with each buffer, which costs the square of its length in small ones.
_LARGEST_BUFFER = 1_048_576
_LONGEST = 32 * _LARGEST_BUFFER  # bytes of one text
PATIENT = ijson.get_backend("python")


def passing(file: IO[bytes], read: Callable[[Parts], Iterator[T]], several: bool = False) -> Iterator[T]:
    """What ``read`` makes of a seekable file's parts; ``several`` documents may stand one after another.

    ijson's C parser reads whole numbers of 64 bits with ``use_float``, and crashes on 4,300 digits without. Where one
    is longer (an RSA key's modulus, a certificate's serial number) the file is read once more by the patient parser,
    and what was told already is passed over. Raises NotThisFormat on broken JSON.
    """
    told = 0
    _rewind(file)
    try:
        for one in read(_parts(ijson, file, several)):
            told += 1
            yield one
        return
    except (ijson.JSONError, UnicodeDecodeError) as error:
        if not is_long_number(error):
            raise _broken(error) from None
    _rewind(file)
    try:
        yield from islice(read(_parts(PATIENT, file, several)), told, None)
    except (ijson.JSONError, JSONDecodeError, UnicodeDecodeError) as error:  # the second of a text that is none
        raise _broken(error) from None


def _parts(parser: Any, file: IO[bytes], several: bool) -> Parts:
    """What this parser of ijson's tells of the file, in buffers that grow while nothing comes to its end."""
    parts = ijson.sendable_list()
    parsing = parser.basic_parse_coro(parts, use_float=True, multiple_values=several)
    size, silent = _BUFFER, 0
    while read := file.read(size):
        parsing.send(read)
        silent = 0 if parts else silent + len(read)
        if silent > _LONGEST:
            raise NotThisFormat(f"the JSON holds a text of more than {_LONGEST} bytes")
        size = _BUFFER if parts else min(2 * size, _LARGEST_BUFFER)
        yield from parts
        parts.clear()
    with suppress(StopIteration):
        parsing.send(b"")
    yield from parts


def _rewind(file: IO[bytes]) -> None:
    """To where the JSON begins: behind a byte-order mark, where some of Windows's tools write one."""
    file.seek(0)
    start = file.read(len(BOM))
    if not start:
        raise NotThisFormat("the file is empty")
    refuse_utf16(start)
    if start != BOM:  # what comes out of a gzip knows no other place to go back to
        file.seek(0)


def is_long_number(error: Exception) -> bool:
    """Whether the quick parser gave up at a whole number of more than 64 bits, and nothing is wrong with the JSON."""
    return "integer overflow" in str(error)


def _broken(error: Exception) -> NotThisFormat:
    """In one line: the parser draws an arrow below what it read."""
    said = error.args[0] if error.args else ""
    why = (said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)).partition("\n")[0]
    if "trailing garbage" in why or "Additional data" in why:
        why = "something stands behind its one document; send each document by itself"
    elif "premature EOF" in why or "Incomplete" in why:
        why = "it breaks off before its end"
    return NotThisFormat(f"the file is not JSON: {clean(why, 200)}")
