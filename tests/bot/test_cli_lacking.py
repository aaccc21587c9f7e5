"""A source that is on without its secret: nothing that listens starts, and who asks is told which one and what for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bot.terminal import Terminal
from tests.connectors.sources.payloads import one
from tests.harness.process import ROOT

SECRETLESS = (
    "sources:\n"
    "  generic: {secrets: [{env: TEST_SECRET}]}\n"
    "  github:\n"
    "    secrets: [{env: NOWHERE}]\n"
    "  trivy: {secrets: [{env: TEST_TOKEN}, {file: no/such}]}\n"
)
GITHUB_LACKS = r"sources\.yaml:4: \S*github.secrets\[0\].env: the environment variable NOWHERE is not set"
TRIVY_LACKS = r"sources\.yaml:5: \S*trivy.secrets\[1\].file: the secret file no/such cannot be read"


def test_sources_says_which_lacks_its_secret_and_tells_the_rest(terminal: Terminal) -> None:
    terminal.store(one("generic/several").body)
    terminal.write("sources.yaml", SECRETLESS)
    said = terminal.good("sources")
    assert re.search(r"^ *generic +on +\S.* ago ", said, re.MULTILINE), said
    assert re.search(rf"^ *github +LACKS ITS SECRET, so that nothing starts: \S*{GITHUB_LACKS}", said, re.MULTILINE), (
        said
    )
    assert re.search(TRIVY_LACKS, said), said
    told = {each["source"]: each for each in json.loads(terminal.good("sources", "--json"))}
    assert [told[name]["enabled"] for name in ("generic", "github", "trivy")] == [True, False, False]
    assert (told["github"]["empty"], told["trivy"]["empty"]) == (["env NOWHERE"], ["file no/such"])


def test_check_says_which_lacks_its_secret_and_tells_the_rest(terminal: Terminal) -> None:
    terminal.write("sources.yaml", SECRETLESS)
    code, out, err = terminal.process("check")
    assert code == 2
    assert re.search(r"source\s+generic\s+posts to /v1/alerts/generic, proved by 1 secret", out)
    assert re.search(rf"source\s+github\s+LACKS ITS SECRET, so that nothing starts: \S*{GITHUB_LACKS}", out), out
    assert re.search(r"owns\s+payments\s+host pay-\*", out)
    assert re.search(GITHUB_LACKS, err)
    assert re.search(TRIVY_LACKS, err)
    assert "good" not in out


@pytest.mark.parametrize("words", [("serve",), ("worker",), ("replay", "--source", "generic"), ("affected", "openssl")])
def test_a_source_without_its_secret_stops_all_else(terminal: Terminal, words: Sequence[str]) -> None:
    terminal.write("sources.yaml", SECRETLESS)
    code, out, err = terminal.process(*words)
    assert (code, out) == (2, "")
    assert re.search(GITHUB_LACKS, err)


@pytest.mark.parametrize("command", ["sources", "check"])
def test_any_other_mistake_stops_these_too(terminal: Terminal, command: str) -> None:
    terminal.write("sources.yaml", SECRETLESS + "  generc: {secrets: [{env: TEST_SECRET}]}\n")
    code, out, err = terminal.process(command)
    assert (code, out) == (2, "")
    assert 'did you mean "generic"' in err


def test_a_report_is_read_without_any_configuration(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_bytes(one("trivy/image").body)
    told = subprocess.run(
        [sys.executable, "-m", "bot.cli", "scan", str(report), "--fail-on", "critical"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SUTURE_CONFIG": str(tmp_path / "nowhere")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode in (0, 1), told.stderr
    assert told.stdout.startswith("Trivy: ")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["report.json"]
