"""Coverage-guided: atheris changes the bytes, and keeps what reaches code that nothing reached before.

``python -m tests.fuzz.guided -runs=100000 -seed=1``; the words are libFuzzer's. The first byte chooses the source.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["connectors"]):
    from tests.connectors.sources.payloads import SOURCES, payloads
    from tests.fuzz.holding import hold

_NAMES = list(SOURCES)


def one(told: bytes) -> None:
    """One body to one source."""
    if told:
        hold(SOURCES[_NAMES[told[0] % len(_NAMES)]], told[1:], {"content-type": "application/json"})


def main() -> None:
    """Play until the runs are through; libFuzzer ends the process, and not with 0 where something rose."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, payload in enumerate(payloads()):
            begun = bytes([_NAMES.index(payload.source.id)])
            (Path(corpus) / f"{number}").write_bytes(begun + payload.body)
        atheris.Setup([sys.argv[0], *sys.argv[1:], "-max_len=65536", "-print_final_stats=1", corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
