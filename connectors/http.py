"""Reading what *config* names, a file or an https address on an allowed host, as one stream of bounded size.

Never given an address from an alert. A download is complete before the first byte is handed out, so that a broken
transfer is never read as a short file.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx2

from connectors.answers import retry_after
from connectors.contract.failure import NeedsHuman, Retriable

MOST_BYTES = 512 * 1024 * 1024
_IN_MEMORY = 8 * 1024 * 1024
_MOST_REDIRECTS = 5
_QUIET_SECONDS = 30.0  # between two pieces of an answer
_WHOLE_SECONDS = 600.0  # for all of it, so that an answer cannot drip for ever
_BUSY = frozenset({408, 425, 429})


@contextmanager
def open_source(
    location: str,
    *,
    hosts: Collection[str],
    most_bytes: int = MOST_BYTES,
    client: httpx2.Client | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[IO[bytes]]:
    """The bytes at ``location``, a path or an https URL, as a seekable binary stream for the length of a ``with``.

    ``hosts`` are the host names that may be asked; a redirect is followed only within the same host. Raises NeedsHuman
    (no such file, host not allowed, too large, refused) or Retriable (unreachable, busy, broken off).
    """
    if "://" not in location:
        with _file(Path(location), most_bytes) as stream:
            yield stream
        return
    url = _allowed(location, hosts)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as stored:
        if client is not None:
            _download(client, url, stored, most_bytes, clock)
        else:
            with httpx2.Client(timeout=_QUIET_SECONDS) as own:
                _download(own, url, stored, most_bytes, clock)
        stored.seek(0)
        yield stored


@contextmanager
def _file(path: Path, most_bytes: int) -> Iterator[IO[bytes]]:
    try:
        stream = path.open("rb")
    except OSError as problem:
        raise NeedsHuman(f"{path} cannot be read ({problem.strerror}); check the path and its permissions") from None
    with stream:
        if path.stat().st_size > most_bytes:
            raise _too_large(str(path), most_bytes)
        yield stream


def _allowed(location: str, hosts: Collection[str]) -> httpx2.URL:
    try:
        url = httpx2.URL(location)
    except httpx2.InvalidURL:
        raise NeedsHuman("a configured address is no URL; write a path or https://host/path") from None
    if url.scheme != "https" or url.userinfo:
        raise NeedsHuman(f"{_shown(url)}: only plain https:// addresses without a password in them are read")
    if url.host not in hosts:
        raise NeedsHuman(f"{url.host} is not among the hosts that may be asked ({', '.join(sorted(hosts))})")
    return url


def _download(
    client: httpx2.Client, url: httpx2.URL, stored: IO[bytes], most_bytes: int, clock: Callable[[], float]
) -> None:
    latest = clock() + _WHOLE_SECONDS
    asked = url
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            with client.stream("GET", asked, follow_redirects=False) as answer:
                if not answer.has_redirect_location:
                    _store(answer, stored, most_bytes, lambda: clock() > latest)
                    return
                asked = _followed(asked, answer)
    except httpx2.TransportError as problem:
        raise Retriable(f"{_shown(url)} could not be read: {type(problem).__name__}") from problem
    except httpx2.DecodingError:
        raise Retriable(f"{_shown(url)} sent a broken compressed answer") from None
    raise NeedsHuman(f"{_shown(url)} redirects more than {_MOST_REDIRECTS} times; put the final address in the config")


def _followed(asked: httpx2.URL, answer: httpx2.Response) -> httpx2.URL:
    try:
        target = asked.join(answer.headers["location"])
    except httpx2.InvalidURL:
        raise NeedsHuman(f"{_shown(asked)} redirects to something that is no URL") from None
    if (target.scheme, target.host, target.port) != (asked.scheme, asked.host, asked.port):
        raise NeedsHuman(f"{_shown(asked)} redirects to {_shown(target)}; if that is right, put it in the config")
    return target


def _store(answer: httpx2.Response, stored: IO[bytes], most_bytes: int, is_late: Callable[[], bool]) -> None:
    where = _shown(answer.request.url)
    if answer.status_code in _BUSY or answer.status_code >= 500:
        raise Retriable(f"{where} answered {answer.status_code}", after=retry_after(answer.headers))
    if answer.status_code != 200:
        what = "token" if answer.status_code in (401, 403) else "address"
        raise NeedsHuman(f"{where} answered {answer.status_code}; check the {what}")
    count = 0
    for piece in answer.iter_bytes():
        count += len(piece)
        if count > most_bytes:
            raise _too_large(where, most_bytes)
        if is_late():
            raise Retriable(f"{where} took longer than {_WHOLE_SECONDS:.0f} s")
        stored.write(piece)


def _shown(url: httpx2.URL) -> str:
    """Without query and user part, which may hold a secret."""
    return f"{url.scheme}://{url.host}{url.path}"


def _too_large(where: str, most_bytes: int) -> NeedsHuman:
    return NeedsHuman(f"{where} is larger than the {most_bytes:,} bytes that are read of it")
