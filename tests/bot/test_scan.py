"""``suture scan``: recognised by content, from a file or a pipe, packed or not, with an exit code for pipelines."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.connectors.sources.payloads import one

TRIVY, SARIF = one("trivy/image"), one("sarif/scan")


def scan(*words: str, piped: bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["scan", *words], input=piped)


def test_a_report_is_recognised_and_summed_up() -> None:
    said = scan(str(TRIVY.path))
    assert said.exit_code == 0, said.output
    assert "Trivy: 2 critical" in said.output
    assert "not open: 1 passed" in said.output


def test_what_is_quoted_stands_as_it_is(tmp_path: Path) -> None:
    body = json.loads(TRIVY.body)
    told = "2001:db8:a:b::1 :bomb: [bold]loud[/bold] [/x] \\"
    body["Results"][0]["Vulnerabilities"][0] |= {"Severity": "CRITICAL", "Title": told}
    report = tmp_path / "report.json"
    report.write_text(json.dumps(body))
    lines = scan(str(report)).output.splitlines()
    assert any(line.partition("  (")[0].endswith(told) for line in lines), lines


@pytest.mark.parametrize(("word", "code"), [("critical", 1), ("fatal", 1), ("low", 1)])
def test_fail_on_counts_what_is_as_severe_or_unknown(word: str, code: int) -> None:
    assert scan(str(TRIVY.path), "--fail-on", word).exit_code == code


def test_fail_on_lets_less_severe_findings_pass(tmp_path: Path) -> None:
    body = json.loads(TRIVY.body)
    body["Results"] = [{**body["Results"][0], "Vulnerabilities": body["Results"][0]["Vulnerabilities"][:1]}]
    body["Results"][0]["Vulnerabilities"][0]["Severity"] = "LOW"
    report = tmp_path / "report.json"
    report.write_text(json.dumps(body))
    assert scan(str(report), "--fail-on", "high").exit_code == 0
    assert scan(str(report), "--fail-on", "low").exit_code == 1


def test_a_pipe_and_packed_files_are_read_alike(tmp_path: Path) -> None:
    plain = scan(str(SARIF.path), "--resource", "github.com/acme/payments")
    assert scan("-", "--resource", "github.com/acme/payments", piped=SARIF.body).output == plain.output
    packed = tmp_path / "scan.sarif.gz"
    packed.write_bytes(gzip.compress(SARIF.body, mtime=0))
    assert scan(str(packed), "--resource", "github.com/acme/payments").output == plain.output
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as held:
        held.writestr("scan.sarif", SARIF.body)
    assert scan("-", "--resource", "github.com/acme/payments", piped=archive.getvalue()).output == plain.output


@pytest.mark.parametrize(
    ("words", "piped", "why"),
    [
        (("-",), b'{"a": 1}', "no source knows this report"),
        (("-", "--source", "trivy"), b'{"a": 1}', "ArtifactName is not there"),
        (("-", "--source", "trivy"), b"{", "not JSON"),
        (("-", "--source", "trivy"), b"", "the file is empty"),
        (("-",), b"\n", "the file is empty"),
        (("-", "--source", "nothing"), b"{}", "no source of reports is called 'nothing'"),
        (("-", "--fail-on", "bad"), b"{}", "there is no severity 'bad'"),
        (("nowhere.json",), b"", "cannot be read"),
    ],
    ids=["unknown", "another", "broken", "empty", "blank", "no source", "no severity", "no file"],
)
def test_what_cannot_be_read_is_exit_code_2_and_a_reason(words: tuple[str, ...], piped: bytes, why: str) -> None:
    said = scan(*words, piped=piped)
    assert said.exit_code == 2
    assert why in said.output


def test_a_gate_does_not_open_for_what_could_not_be_read() -> None:
    """kube-bench does not say which node it looked at, so that nothing in its report is known to be anybody's."""
    report = str(one("kube-bench/node").path)
    assert scan(report).exit_code == 0
    assert scan(report, "--fail-on", "high").exit_code == 2
    assert scan("-", "--source", "sarif", "--fail-on", "high", piped=b'{"version": "2.1.0", "runs": []}').exit_code == 0


def test_what_is_one_problem_in_several_packages_is_one_line_with_what_to_upgrade_to(tmp_path: Path) -> None:
    body = json.loads(TRIVY.body)
    first = body["Results"][0]["Vulnerabilities"][0] | {"Severity": "CRITICAL", "Title": "One hole, many packages"}
    named = [{"PkgName": f"libone-{n}", "InstalledVersion": "1.0", "FixedVersion": f"1.{n}"} for n in range(1, 6)]
    body["Results"] = [{**body["Results"][0], "Vulnerabilities": [first | each for each in named]}]
    report = tmp_path / "report.json"
    report.write_text(json.dumps(body))
    told = [line for line in scan(str(report)).output.splitlines() if "One hole" in line]
    assert len(told) == 1
    assert told[0].endswith(
        "(libone-1 1.0, fixed in 1.1; libone-2 1.0, fixed in 1.2; libone-3 1.0, fixed in 1.3; and 2 more)"
    )


def test_the_worst_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    body = json.loads(TRIVY.body)
    first = body["Results"][0]["Vulnerabilities"][0]
    many = [first | {"VulnerabilityID": f"CVE-2024-{1000 + n}", "Severity": "LOW"} for n in range(30)]
    worst = first | {"VulnerabilityID": "CVE-2024-9999", "Severity": "CRITICAL"}
    body["Results"] = [{**body["Results"][0], "Vulnerabilities": [*many, worst]}]
    report = tmp_path / "report.json"
    report.write_text(json.dumps(body))
    lines = scan(str(report)).output.splitlines()
    shown = [line for line in lines if line.startswith(("critical ", "low "))]
    assert (len(shown), "CVE-2024-9999" in shown[0], "CVE-2024-1018" in shown[-1]) == (20, True, True)
    assert lines[-1] == "and 11 more"
