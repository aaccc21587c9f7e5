"""docs/adding-a-source.md is true: each example, put into a package with an entry point, works everywhere at once."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.store import tables as t
from connectors.contract.source import Source
from connectors.registry import sources
from scripts.source_docs import written
from tests.bot.web.served import HOOK_SECRET, serving, variables, write_config
from tests.connectors.sources import test_every_source as every
from tests.connectors.sources.missing import missing
from tests.connectors.sources.payloads import TESTS, payloads_of

PAGE = (TESTS.parent / "docs" / "adding-a-source.md").read_text()
NAMES = ("acme-door", "acme-lint", "acme-scan", "acme-sheet")


@dataclass
class Example:
    """One source of the page, installed in a package of its own."""

    source: Source
    tests: Path
    payload: Path


def code_of(name: str) -> tuple[str, str, str]:
    """(the source's code, its payload, the payload's suffix) of one example of the page."""
    section = next(part for part in PAGE.split("\n## ") if f'ID = "{name}"' in part)
    blocks = re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
    return blocks[0][1], blocks[1][1], blocks[1][0]


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def example(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Example:
    code, payload, suffix = code_of(name)
    module = name.replace("-", "_")
    site = tmp_path / "site"
    installed = site / f"{module}-1.0.dist-info"
    installed.mkdir(parents=True)
    (site / f"{module}.py").write_text(code)
    (installed / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(f"[suture.sources]\n{name} = {module}:SOURCE\n")
    monkeypatch.syspath_prepend(site)
    sys.modules.pop(module, None)
    importlib.invalidate_caches()
    folder = tmp_path / "tests" / "payloads" / name
    folder.mkdir(parents=True)
    (folder / f"alarm.{suffix}").write_text(payload)
    if name == "acme-door":
        (folder / "quiet-closed.json").write_text(payload.replace('"open"', '"closed"'))
    return Example(sources()[name], tmp_path / "tests", folder / f"alarm.{suffix}")


def test_it_lacks_its_goldens_and_then_nothing(example: Example) -> None:
    assert any("python -m tests.goldens write" in told for told in missing(example.source, example.tests))
    for payload in payloads_of(example.source, example.tests):
        payload.golden.parent.mkdir(parents=True, exist_ok=True)
        payload.golden.write_text(payload.told())
    assert missing(example.source, example.tests) == []


def test_it_passes_what_every_source_must(example: Example) -> None:
    for payload in payloads_of(example.source, example.tests):
        every.test_the_same_body_tells_the_same_twice(payload)
        every.test_any_key_may_be_dropped_nulled_or_of_another_type(payload)
        every.test_one_broken_record_keeps_none_of_its_siblings(payload)
        every.test_re_worded_re_scored_or_moved_by_a_line_it_is_the_same_finding(payload)
        every.test_distinct_findings_have_distinct_fingerprints(payload)
        every.test_shuffled_records_keep_their_fingerprints(payload)
        every.test_a_severity_that_nobody_tells_is_unknown(payload)
        if payload.is_quiet:
            every.test_what_is_quiet_opens_no_case_and_is_understood(payload)
        if example.source.read_report is not None:
            every.test_a_report_file_tells_the_same_as_the_body(payload)


def test_it_stands_in_the_page_of_sources(example: Example) -> None:
    told = written(sources())
    assert f"\n| [`{example.source.id}`](#{example.source.id}) | {example.source.arrives}" in told
    assert example.source.docs in told


@pytest.mark.parametrize("name", NAMES[1:], indirect=False)
def test_a_report_is_recognised_by_suture_scan(example: Example) -> None:
    said = CliRunner().invoke(app, ["scan", str(example.payload), "--fail-on", "high"])
    assert said.exit_code == 1, said.output
    assert f"{example.source.title}: 1 high" in said.output


def configured(tmp_path: Path, name: str) -> Path:
    config = write_config(tmp_path)
    path = config / "sources.yaml"
    path.write_text(path.read_text() + f"  {name}: {{secrets: [{{env: TEST_HOOK_SECRET}}]}}\n")
    return config


@pytest.mark.parametrize("name", NAMES[:1], indirect=False)
async def test_a_post_becomes_a_case(example: Example, tmp_path: Path, database_url: str) -> None:
    async with serving(configured(tmp_path, example.source.id), database_url, [], worker=False) as served:
        body = example.payload.read_bytes()
        signature = "sha256=" + hmac.new(HOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        answered = await served.post("/v1/alerts/acme-door", body, {"x-acme-signature": signature})
        assert answered.status_code == 202, answered.text
        assert answered.json()["new"] == 1
        assert len(await served.rows(t.cases)) == 1
        assert (await served.post("/v1/alerts/acme-door", body, {"x-acme-signature": "sha256="})).status_code == 401


@pytest.mark.parametrize("name", NAMES[:1], indirect=False)
def test_suture_check_knows_it(example: Example, tmp_path: Path) -> None:
    config = configured(tmp_path, example.source.id)
    environment = variables(f"sqlite:///{tmp_path / 'check.db'}") | {"COLUMNS": "300"}
    said = CliRunner().invoke(app, ["check", "--config", str(config)], env=environment)
    assert said.exit_code == 0, said.output
    assert "/v1/alerts/acme-door" in said.output


def test_every_example_has_a_payload_that_is_read() -> None:
    assert [json.loads(code_of(name)[1]) for name in NAMES[:2]]
