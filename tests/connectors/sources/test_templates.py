"""The payload templates that we ship for tools that send what they are told to: what the page shows is what is read."""

from __future__ import annotations

import json
import re
from typing import Any

from connectors.contract.finding import Finding, Status
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, TESTS, one


def template(source: str) -> str:
    """The last block of code on a source's page."""
    page = (TESTS.parent / "docs" / "sources" / f"{source}.md").read_text()
    blocks: list[str] = re.findall(r"```(?:json)?\n(.*?)```", page, re.DOTALL)
    return blocks[-1]


def told(source: str, body: str) -> list[Finding]:
    records = read(SOURCES[source], body.encode(), {}, PLAIN).records
    return [record for record in records if isinstance(record, Finding)]


def test_datadogs_template_is_the_payload_that_is_read() -> None:
    sent = json.loads(one("datadog/monitor").body)
    variables = json.loads(template("datadog"))
    assert variables.keys() == sent.keys()
    filled = {key: sent[key] if value in _of_a_monitor() else value for key, value in variables.items()}
    (finding,) = told("datadog", json.dumps(filled))
    assert (finding.rule_id, finding.resource.id, finding.severity_raw) == ("1234", "web-1.example.com", "P2")


def test_a_template_of_which_nothing_was_filled_is_set_aside() -> None:
    assert told("datadog", template("datadog")) == []


def test_elastics_template_writes_one_object_for_each_alert() -> None:
    alerts = [json.loads(line) for line in one("elastic/alerts").body.splitlines()]
    body = _mustache(template("elastic"), alerts)
    found = told("elastic", body)
    assert [finding.resource.id for finding in found] == ["web-1.example.com", "web-2.example.com"]
    assert [finding.severity.word for finding in found] == ["high", "unknown"]
    assert {finding.status for finding in found} == {Status.OPEN}
    assert all(finding.observed_at and finding.url and finding.summary and finding.process for finding in found)


def _of_a_monitor() -> set[str]:
    return {value for value in json.loads(template("datadog")).values() if "SECURITY" not in value}


def _mustache(text: str, alerts: list[dict[str, Any]]) -> str:
    """As Kibana's webhook connector renders it: the section once for each alert, values escaped for JSON."""
    section = re.fullmatch(r"\{\{#context\.alerts\}\}\n(.*)\{\{/context\.alerts\}\}\n", text, re.DOTALL)
    assert section

    def value(alert: dict[str, Any], name: str) -> str:
        return json.dumps(alert.get(name, ""))[1:-1]

    return "".join(
        re.sub(r"\{\{([^}]+)\}\}", lambda found, alert=alert: value(alert, found.group(1)), section.group(1))
        for alert in alerts
    )


def test_a_tag_of_datadogs_is_no_longer_than_a_name() -> None:
    told = json.loads(one("datadog/monitor").body) | {"hostname": "", "tags": f"host:{'h' * 9_000},team:payments"}
    (found,) = one("datadog/monitor").findings(json.dumps(told).encode())
    assert len(found.resource.id) == len(found.resource.tags["host"]) == 500
    assert found.resource.tags["team"] == "payments"
