"""Where the public context feeds live, and how each is opened: pinned hosts, and no more bytes than the feed has.

An address in the config may name one more host by ``hosts``: a company's own mirror.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from enum import Enum
from typing import IO

import httpx2

from connectors.http import open_source

_MIB = 1024 * 1024


class Feed(Enum):
    """A kind of context with its publisher's address, the hosts that serve it, and its largest size in bytes."""

    KNOWN_EXPLOITED = (
        "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
        ("www.cisa.gov",),
        64 * _MIB,
    )
    EPSS = (
        "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
        ("epss.empiricalsecurity.com",),
        64 * _MIB,
    )
    ADVISORIES = (
        "https://osv-vulnerabilities.storage.googleapis.com/Debian/all.zip",
        ("osv-vulnerabilities.storage.googleapis.com", "api.osv.dev"),
        512 * _MIB,
    )
    INVENTORY = ("", (), 64 * _MIB)
    COMPONENTS = ("", (), 512 * _MIB)
    ON_CALL = ("", (), 8 * _MIB)

    def __init__(self, address: str, hosts: tuple[str, ...], most_bytes: int) -> None:
        self.address = address
        self.hosts = hosts
        self.most_bytes = most_bytes


def open_feed(
    feed: Feed, location: str = "", *, hosts: Collection[str] = (), client: httpx2.Client | None = None
) -> AbstractContextManager[IO[bytes]]:
    """The feed's bytes, from the file or address in ``location`` or, without one, from its publisher.

    For the length of a ``with``; raises what ``connectors.http.open_source`` raises: NeedsHuman or Retriable.
    """
    allowed = frozenset((*feed.hosts, *hosts))
    return open_source(location or feed.address, hosts=allowed, most_bytes=feed.most_bytes, client=client)
