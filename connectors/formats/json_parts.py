"""JSON that passes by in parts, by two parsers: a quick one, and one that also reads whole numbers of any length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any, TypeVar

import ijson

from connectors.contract.failure import NotThisFormat
from connectors.text import BOM, clean, refuse_utf16

T = TypeVar("T")
Parts = Iterator[tuple[str, Any]]  # what ijson tells of JSON that passes by: ("map_key", "id"), ("string", "x") …
# A whole buffer is parsed before its depth is seen, and a deep one costs the square of its length.
_BUFFER = 8_192
PATIENT = ijson.get_backend("python")


def passing(file: IO[bytes], read: Callable[[Parts], Iterator[T]], several: bool = False) -> Iterator[T]:
    """What ``read`` makes of a seekable file's parts; ``several`` documents may stand one after another.

    ijson's C parser reads whole numbers of 64 bits with ``use_float``, and crashes on 4,300 digits without. Where one
    is longer (an RSA key's modulus, a certificate's serial number) the file is read once more by the patient parser,
    and what was told already is passed over. Raises NotThisFormat on broken JSON.
    """
    options = {"use_float": True, "multiple_values": several, "buf_size": _BUFFER}
    told = 0
    _rewind(file)
    try:
        for one in read(ijson.basic_parse(file, **options)):
            told += 1
            yield one
        return
    except (ijson.JSONError, UnicodeDecodeError) as error:
        if not is_long_number(error):
            raise _broken(error) from None
    _rewind(file)
    try:
        yield from islice(read(PATIENT.basic_parse(file, **options)), told, None)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise _broken(error) from None


def _rewind(file: IO[bytes]) -> None:
    """To where the JSON begins: behind a byte-order mark, where some of Windows's tools write one."""
    file.seek(0)
    start = file.read(len(BOM))
    if not start:
        raise NotThisFormat("the file is empty")
    refuse_utf16(start)
    file.seek(len(BOM) if start == BOM else 0)


def is_long_number(error: Exception) -> bool:
    """Whether the quick parser gave up at a whole number of more than 64 bits, and nothing is wrong with the JSON."""
    return "integer overflow" in str(error)


def _broken(error: Exception) -> NotThisFormat:
    return NotThisFormat(f"the file is not JSON: {clean(str(error), 200)}")
