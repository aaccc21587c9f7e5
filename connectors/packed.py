"""Bodies and report files that come packed (gzip, zip): opened within limits, and refused before they grow beyond."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import GzipFile
from typing import IO, Any, cast

from connectors.contract.failure import NotThisFormat

LARGEST_BODY = 64 * 1024 * 1024  # bytes once unpacked: a body is held in memory
LARGEST_FILE = 2 * 1024 * 1024 * 1024  # bytes once unpacked: a file is read as it passes
MOST_TIMES = 200  # what unpacks to more than so many times its size (and more than a mebibyte) is a bomb
_FREE = 1024 * 1024
_LONGEST_LIST = 1024 * 1024  # bytes of a zip's list of its members
_GZIP, _ZIP = b"\x1f\x8b\x08", b"PK\x03\x04"
_BROKEN = (zlib.error, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError)


def unpacked(body: bytes) -> bytes:
    """The body, unpacked if it is gzip or a zip of one file. Raises NotThisFormat when broken or beyond the limit."""
    if not body.startswith((_GZIP, _ZIP)):
        return body
    with unpacked_file(io.BytesIO(body), LARGEST_BODY) as file:
        return file.read()


@contextmanager
def unpacked_file(file: IO[bytes], limit: int = LARGEST_FILE) -> Iterator[IO[bytes]]:
    """A seekable file with the unpacked content of ``file``; the file itself when it is not packed.

    Reading it raises NotThisFormat as soon as more than ``limit`` bytes, or too many times the packed size, come out.
    """
    start = file.read(4)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    most = min(limit, max(_FREE, MOST_TIMES * size))
    if start.startswith(_GZIP):
        with GzipFile(fileobj=file, mode="rb") as inner:
            yield cast("IO[bytes]", _Limited(inner, most))
    elif start.startswith(_ZIP):
        try:
            with _archive(file) as archive, archive.open(_only_member(archive, most)) as inner:
                yield cast("IO[bytes]", _Limited(inner, most))
        except _BROKEN as error:
            raise NotThisFormat(f"the zip cannot be opened ({type(error).__name__})") from None
    else:
        yield file


def _archive(file: IO[bytes]) -> zipfile.ZipFile:
    """The zip, its list of members read; a list too long for one member is refused before it is."""
    listed = _Listed(file)
    archive = zipfile.ZipFile(cast("IO[bytes]", listed))
    listed.longest = None
    return archive


def _only_member(archive: zipfile.ZipFile, most: int) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise NotThisFormat(f"the zip holds {len(members)} files; send one report at a time")
    if members[0].flag_bits & 1:
        raise NotThisFormat("the zip is encrypted; send it open")
    if members[0].file_size > most:
        raise _too_large(most)
    return members[0]


def _too_large(most: int) -> NotThisFormat:
    return NotThisFormat(f"unpacked it is more than {most} bytes, the most that its packed size allows; send it open")


class _Listed:
    """A zip's file while its list of members is read: at one go, and each of them takes ten times its bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.longest: int | None = _LONGEST_LIST
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if self.longest is not None and size > self.longest:
            raise NotThisFormat("the zip holds very many files; send one report at a time")
        return self._file.read(size)


class _Limited(io.RawIOBase):
    """A file that counts what comes out of it."""

    def __init__(self, inner: Any, most: int) -> None:
        self._inner, self._most = inner, most

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation("a packed file is read from its beginning")
        return int(self._inner.seek(0))

    def tell(self) -> int:
        return int(self._inner.tell())

    def read(self, size: int | None = -1) -> bytes:
        """Up to ``size`` bytes; with none given, everything there is within the limit."""
        left = self._most - self.tell()
        wanted = left + 1 if size is None or size < 0 else min(size, left + 1)
        try:
            piece: bytes = self._inner.read(wanted)
        except (*_BROKEN, OSError) as error:
            raise NotThisFormat(f"the packed content is broken ({type(error).__name__})") from None
        if len(piece) > left:
            raise _too_large(self._most)
        return piece

    def readinto(self, buffer: Any) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
