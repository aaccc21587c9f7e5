"""A source of fifteen lines in somebody's own package: installed by pip, it is there wherever Suture has sources."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx2
import pytest

from tests.bot.web.console_browser import words_of
from tests.bot.web.served import TOKEN, variables, write_config
from tests.databases import Databases
from tests.free_port import free_port
from tests.harness.process import ROOT, SutureProcess

CODE = '''"""Acme Lamp: alarms of a lamp that does not exist."""
from connectors.contract.finding import Kind
from connectors.contract.source import Source
from connectors.formats.simple import read_simple
from connectors.quarantine import each
from connectors.signing import bearer
from connectors.wild import Wild

def parse(opened, options):
    return each(Wild(opened.body, opened.pointer).items("alarms"), lambda told: read_simple("acme-lamp", told))

SOURCE = Source(
    id="acme-lamp", title="Acme Lamp", arrives="alarms of Acme lamps", kinds=(Kind.DETECTION,), verifiers=(bearer(),),
    parse=parse, docs="In the lamp's menu, under Alarms, add this address and the secret.",
)
'''
PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-lamp-for-suture"
version = "1.0"

[project.entry-points."suture.sources"]
acme-lamp = "acme_lamp:SOURCE"

[tool.hatch.build.targets.wheel]
include = ["acme_lamp.py"]
"""
ALARM = {"title": "The lamp is broken", "rule": "broken", "severity": "high", "kind": "detection"}
BODY = json.dumps({"alarms": [ALARM | {"resource": {"id": "lamp-1", "type": "lamp", "name": "lamp-1"}}]}).encode()


@dataclass
class Installed:
    """One Suture beside which that package is installed."""

    variables: dict[str, str]
    config: Path
    process: SutureProcess

    def suture(self, *words: str) -> str:
        """What the command says."""
        return self.python("-m", "bot.cli", *words, "--config", str(self.config))

    def python(self, *words: str) -> str:
        """What Python says, which finds Suture and the package."""
        path = os.pathsep.join((str(ROOT), self.variables["PYTHONPATH"]))
        told = subprocess.run(
            [sys.executable, *words],
            env={**os.environ, **self.variables, "PYTHONPATH": path, "COLUMNS": "300"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert told.returncode == 0, told.stdout + told.stderr
        return told.stdout


def install(project: Path, site: Path) -> None:
    """As a person does, but from this folder alone, and into that one."""
    project.mkdir()
    (project / "acme_lamp.py").write_text(CODE)
    (project / "pyproject.toml").write_text(PROJECT)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--target", str(site), str(project)], check=True, timeout=120)


@pytest.fixture(scope="module")
def installed(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder, url = tmp_path_factory.mktemp("lamp"), databases.fresh("sqlite")
    install(folder / "project", folder / "site")
    config = write_config(folder)
    sources = config / "sources.yaml"
    sources.write_text(sources.read_text() + "  acme-lamp: {secrets: [{env: TEST_TOKEN}]}\n")
    environment = variables(url) | {"PYTHONPATH": str(folder / "site")}
    made = Installed(environment, config, SutureProcess(config, free_port(), environment, folder / "suture.log"))
    made.process.start()
    answered = httpx2.post(f"{made.process.url}/v1/alerts/acme-lamp", content=BODY, headers=bearer(TOKEN))
    assert answered.status_code == 202, answered.text
    assert (answered.json()["findings"], answered.json()["new"]) == (1, 1)
    yield made
    made.process.stop()
    databases.discard(url)


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}", "content-type": "application/json"}


def test_it_is_as_short_as_it_looks() -> None:
    assert len([line for line in CODE.splitlines() if line]) <= 15


def test_who_does_not_prove_it_is_refused(installed: Installed) -> None:
    address = f"{installed.process.url}/v1/alerts/acme-lamp"
    assert httpx2.post(address, content=BODY, headers=bearer("wrong")).status_code == 401
    assert httpx2.post(address, content=b"{}", headers=bearer(TOKEN)).json()["findings"] == 0


def test_suture_check_and_sources_know_it(installed: Installed) -> None:
    assert re.search(r"source +acme-lamp +posts to /v1/alerts/acme-lamp, proved by 1 secret", installed.suture("check"))
    assert re.search(r"^ *acme-lamp +on +\S.* +[1-9]\d* +[1-9]\d* +1 +1 +", installed.suture("sources"), re.MULTILINE)


def test_suture_explain_reads_for_it(installed: Installed, tmp_path: Path) -> None:
    payload = tmp_path / "alarm.json"
    payload.write_bytes(BODY)
    assert "The lamp is broken" in installed.suture("explain", str(payload), "--source", "acme-lamp")


def test_it_stands_in_the_table_of_the_docs(installed: Installed) -> None:
    said = installed.python(
        "-c",
        "from connectors.registry import sources; from scripts.source_docs import written; print(written(sources()))",
    )
    assert "\n| [`acme-lamp`](#acme-lamp) | alarms of Acme lamps | bearer token" in said
    assert "In the lamp's menu, under Alarms, add this address and the secret." in said


def test_it_is_measured(installed: Installed) -> None:
    said = httpx2.get(f"{installed.process.url}/metrics").text
    assert re.search(r'^suture_deliveries_total\{source="acme-lamp",status="202"\} [1-9]', said, re.MULTILINE)
    assert re.search(r'^suture_findings_total\{novelty="new",source="acme-lamp"\} 1\.0', said, re.MULTILINE)


def test_the_console_says_how_it_is_set_up_and_that_it_came(installed: Installed) -> None:
    link = installed.suture("sign-in", "ben").strip()
    token = link.partition("token=")[2] or link.rpartition("/")[2]
    with httpx2.Client(base_url=installed.process.url, timeout=20) as browser:
        assert browser.post("/sign-in", data={"token": token}).status_code == 303, link
        listed, page = (words_of(unescape(browser.get(each).text)) for each in ("/sources", "/sources/acme-lamp"))
        case = words_of(browser.get("/cases/S-1").text)
    assert "Acme Lamp acme-lamp on" in listed
    assert "/v1/alerts/acme-lamp" in page
    assert "In the lamp's menu, under Alarms, add this address and the secret." in page
    assert "Read from env TEST_TOKEN." in page
    assert "suture send acme-lamp" in page
    assert "The lamp is broken" in case
