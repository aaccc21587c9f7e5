"""Real processes that read, and a source of another distribution that does to them what its record says."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.reading.apart import ReadsApart
from connectors.contract.source import Source
from connectors.registry import sources

_CODE = """
import json
import os
import time

from connectors.contract.finding import Finding, Kind, Resource
from connectors.contract.source import Source
from connectors.formats.reports import JsonReport
from connectors.signing import bearer


def _does(told):
    does = told.text("does")
    if does == "end":
        os._exit(3)
    if does == "stop":
        time.sleep(3600)
    if does == "print":
        print("a word of a library")
    if does == "fault":
        raise KeyError("a bug")
    name = told.need("name")
    seen = ",".join(sorted(os.environ)) if does == "look" else ""
    yield Finding(
        source="hurts", kind=Kind.CODE, rule_id="r", title=name, problem="r", resource=Resource(id=name), summary=seen
    )


def _read(report):
    yield from report.each("records[]", _does)


REPORT = JsonReport(_read)
SOURCE = Source(
    id="hurts", title="Hurts", verifiers=(bearer(),), parse=REPORT.parse, read_report=REPORT.read_report, docs="None."
)
"""


@pytest.fixture
def hurts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    installed = tmp_path / "site" / "hurts-1.0.dist-info"
    installed.mkdir(parents=True)
    (tmp_path / "site" / "hurting.py").write_text(_CODE)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: hurts\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text("[suture.sources]\nhurts = hurting:SOURCE\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    sys.modules.pop("hurting", None)
    importlib.invalidate_caches()
    return sources()["hurts"]


@pytest.fixture
async def apart() -> AsyncIterator[ReadsApart]:
    """Everything is read apart, however small."""
    reads = ReadsApart(small=0)
    yield reads
    await reads.close()
