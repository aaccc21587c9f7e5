"""How each vendor asks whether we are there, and what it is answered: tests/payloads/<source>/handshakes.json.

A list; each is asked by ``method`` (POST) with ``headers``, ``query`` and a JSON ``body``, of a source whose list of
allowed senders is ``allow``. ``signed``: as a true sender signs. ``asks``: what is then asked of the vendor in turn.
``answer`` is the status, the headers (null: this one is not there) and the body, JSON or text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.contract.source import Source
from tests.connectors.sources.payloads import TESTS


@dataclass(frozen=True)
class Handshake:
    """One question of a vendor."""

    name: str
    answer: Mapping[str, Any]
    method: str = "POST"
    signed: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    allow: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()

    @property
    def content(self) -> bytes:
        return b"" if self.body is None else json.dumps(self.body).encode()


def handshakes_of(source: Source, tests: Path = TESTS) -> list[Handshake]:
    """Those of one source; none where it has no such file."""
    path = tests / "payloads" / source.id / "handshakes.json"
    told = json.loads(path.read_text()) if path.exists() else []
    return [
        Handshake(**{**each, "allow": tuple(each.get("allow", ())), "asks": tuple(each.get("asks", ()))})
        for each in told
    ]
