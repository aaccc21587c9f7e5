"""What each of our payloads says, and that no source lacks anything. ``python -m tests.goldens write <source>``."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from connectors.signing import echo_query
from tests.connectors.sources.missing import missing
from tests.connectors.sources.payloads import SOURCES, Payload, as_json, name_of, payloads


@pytest.mark.parametrize("payload", payloads(), ids=name_of)
def test_a_payload_reads_as_its_golden_file_says(payload: Payload) -> None:
    told = [as_json(record) for record in payload.records()]
    assert told == json.loads(payload.golden.read_text())


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_is_whole(source: str) -> None:
    assert not missing(SOURCES[source])


def test_a_source_that_lacks_something_is_told_what(tmp_path: Path) -> None:
    bare = dataclasses.replace(SOURCES["trivy"], id="bare", docs="", recognise=None, challenge=echo_query("token"))
    told = "\n".join(missing(bare, tmp_path))
    assert "Source.docs is empty" in told
    assert "handshakes.json asks nothing that Source.challenge answers" in told
    assert "Source.recognise is missing" in told
    assert "tests/payloads/bare/ has no payload" in told
    folder = tmp_path / "payloads" / "bare"
    folder.mkdir(parents=True)
    (folder / "empty.json").write_text('{"ArtifactName": "x"}')
    (folder / "contract.json").write_text('{"known_by": {"nowhere": "a reason"}}')
    told = "\n".join(missing(bare, tmp_path))
    assert "empty.json is not in tests/goldens/bare" in told
    assert "python -m tests.goldens write bare" in told
    assert "no payload in tests/payloads/bare/ tells a finding, a component or a statement" in told
    assert "contract.json names nowhere, which is in no payload" in told


def test_no_golden_file_is_left_over() -> None:
    wanted = {payload.golden for payload in payloads()}
    assert {path for payload in payloads() for path in payload.golden.parent.glob("*.json")} == wanted
