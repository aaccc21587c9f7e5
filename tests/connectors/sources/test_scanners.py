"""Scanners of hosts: one weakness under one name, what makes something gone, and what is never kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Finding, Quarantined, Record, Snapshot, Status
from connectors.contract.identity import correlation_key, fingerprint
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, one

HEARTBLEED = "CVE-2014-0160"
SEEN_BY = (
    *("nmap/web", "testssl/flat", "sslyze/servers", "nessus/hosts", "openvas/task"),
    *("qualys/vmdr", "qualys/assets", "qualys/scan", "openscap/arf"),
)
ON_THE_SHOP = ("nmap/web", "testssl/flat", "sslyze/servers")


def heartbleed(name: str) -> Finding:
    return next(found for found in one(name).findings() if HEARTBLEED in found.vuln_ids)


def scopes(records: tuple[Record, ...]) -> list[str]:
    return [record.scope for record in records if isinstance(record, Snapshot)]


@pytest.mark.parametrize("name", SEEN_BY)
def test_heartbleed_has_one_name(name: str) -> None:
    assert (heartbleed(name).problem, heartbleed(name).status) == (HEARTBLEED, Status.OPEN)


def test_three_scanners_tell_of_one_host_once() -> None:
    assert len({correlation_key(heartbleed(name)) for name in ON_THE_SHOP}) == 1
    assert len({fingerprint(heartbleed(name)) for name in ON_THE_SHOP}) == 3


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("nmap", "nmap/web", "nmap/quiet-patched"),
        ("testssl", "testssl/flat", "testssl/quiet-clean"),
        ("sslyze", "sslyze/servers", "sslyze/quiet-patched"),
    ],
)
def test_a_check_that_holds_again_is_the_same_finding(source: str, before: str, after: str) -> None:
    assert fingerprint(heartbleed(after)) == fingerprint(heartbleed(before))
    assert heartbleed(after).status is Status.PASSED


def test_all_of_qualys_reports_tell_of_one_detection() -> None:
    found = [heartbleed(f"qualys/{name}") for name in ("assets", "scan")]
    found += [each for each in one("qualys/detections").findings() if each.rule_id == "42430"]
    assert len({fingerprint(each) for each in found}) == 1


def test_rows_about_a_sheet_of_qualys_may_stand_before_its_heading() -> None:
    preface = b'"Asset Vuln Datalist Report","02 Mar 2026 10:00AM GMT+0000","1"\n"Example","1 Example Road"\n'
    payload = one("qualys/vmdr")
    assert payload.records(preface + payload.body) == payload.records()


def test_zap_tells_the_same_in_json_and_in_xml() -> None:
    (cookie, _) = one("zap/traditional").findings()
    body = json.loads(one("zap/baseline").body)
    alert = body["site"][0]["alerts"][0] | {"pluginid": "10011", "alertRef": "10011"}
    body["site"][0]["alerts"] = [alert]
    (same,) = one("zap/baseline").findings(json.dumps(body).encode())
    assert fingerprint(same) == fingerprint(cookie)


def test_a_report_of_testssl_tells_when_its_run_began() -> None:
    payload = one("testssl/pretty")
    assert {finding.observed_at for finding in payload.findings()} == {datetime(2026, 3, 2, 9, tzinfo=UTC)}
    never = payload.body.replace(b'"1772442000"', b'"0"')
    assert never != payload.body
    assert {finding.observed_at for finding in payload.findings(never)} == {None}


def test_nmap_makes_gone_only_what_it_looked_at() -> None:
    payload = one("nmap/web")
    whole = scopes(payload.records())
    assert len(whole) == 3
    assert not any("tcp/3306" in scope for scope in whole)  # filtered: nobody answered
    broken_off = payload.body.replace(b'exit="success"', b'exit="error"')
    without_scripts = payload.body.replace(b"--script vulners,ssl-heartbleed,smb-vuln-ms17-010 ", b"")
    assert broken_off != payload.body != without_scripts
    assert scopes(payload.records(broken_off)) == scopes(payload.records(without_scripts)) == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("openvas/task", b"<scan_run_status>Done<", b"<scan_run_status>Stopped<"),
        ("nessus/hosts", b'<tag name="HOST_END">Mon Mar  2 09:10:00 2026</tag>', b""),
    ],
)
def test_a_scan_that_broke_off_makes_nothing_gone(name: str, before: bytes, after: bytes) -> None:
    payload = one(name)
    changed = payload.body.replace(before, after)
    assert scopes(payload.records())
    assert changed != payload.body
    assert scopes(payload.records(changed)) == []


@pytest.mark.parametrize(
    ("name", "before", "after", "scope"),
    [
        ("openvas/task", b"<threat>High</threat>", b"<threat>Error</threat>", "192.0.2.10"),
        ("nessus/hosts", b'pluginID="73412"', b'pluginID=""', "web-1.example.com"),
        ("nmap/web", b'<elem key="cvss">5.3</elem>', b'<elem key="cvss">high</elem>', "tcp/22"),
    ],
)
def test_where_a_record_could_not_be_read_nothing_is_gone(name: str, before: bytes, after: bytes, scope: str) -> None:
    payload = one(name)
    changed = payload.body.replace(before, after)
    assert any(scope in told for told in scopes(payload.records()))
    assert not any(scope in told for told in scopes(payload.records(changed)))


def test_another_filter_or_login_is_another_look() -> None:
    for name, before, after in (
        ("openvas/task", b"levels=hmlf", b"levels=h"),
        ("nessus/hosts", b'"Credentialed_Scan">true', b'"Credentialed_Scan">false'),
    ):
        payload = one(name)
        assert scopes(payload.records()) != scopes(payload.records(payload.body.replace(before, after)))


@pytest.mark.parametrize("name", ["nmap/web", "qualys/scan", "openscap/xccdf"])
def test_a_doctype_is_passed_over_and_entities_are_refused(name: str) -> None:
    payload = one(name)
    root = payload.body[payload.body.index(b"<", payload.body.rindex(b"?>")) :]
    root = root[root.index(b">") + 1 :].lstrip() if root.startswith(b"<!DOCTYPE") else root
    named = root[1 : min(root.index(b" "), root.index(b">"))].decode()
    outside = f'<!DOCTYPE {named} SYSTEM "https://example.com/not-there.dtd">'.encode() + root
    inside = f'<!DOCTYPE {named} [<!ENTITY a "b">]>'.encode() + root
    assert any(isinstance(record, Finding) for record in payload.records(outside))
    with pytest.raises(NotThisFormat, match="entities"):
        payload.records(inside)


def test_what_web_scanners_sent_and_saw_is_not_shown_when_their_record_cannot_be_read() -> None:
    payload = one("nuclei/results")
    body = payload.body.replace(b'"template-id": "CVE-2021-41773"', b'"template-id": null')
    assert sum(isinstance(record, Quarantined) for record in payload.records(body)) == 2
    assert "not-a-real-secret" not in repr(payload.records(body))


def test_a_report_of_kube_bench_that_names_no_node_is_set_aside() -> None:
    (record,) = read(SOURCES["kube-bench"], one("kube-bench/node").body, {}, PLAIN).records
    assert isinstance(record, Quarantined)
    assert "X-Suture-Resource" in record.reason


def test_a_pod_is_its_workload() -> None:
    found = one("kubescape/cluster").findings()
    assert {each.resource.id for each in found if each.resource.type == "Pod"} == {"production/shop/Pod/batch"}


@pytest.mark.parametrize(
    ("source", "body", "why"),
    [
        ("sslyze", {"server_scan_results": [{"scan_commands_results": {}}], "sslyze_version": "3.0.7"}, "before 5.0"),
        ("gitleaks", [{"line": "a = b", "lineNumber": 3, "offender": "b", "rule": "generic"}], "before 8.0"),
    ],
    ids=["sslyze", "gitleaks"],
)
def test_what_an_older_version_wrote_is_set_aside_by_that_name(source: str, body: object, why: str) -> None:
    (aside,) = read(SOURCES[source], json.dumps(body).encode(), {}, PLAIN).records
    assert isinstance(aside, Quarantined)
    assert why in aside.reason


def test_an_audit_that_failed_says_why_and_closes_nothing() -> None:
    told = {"error": {"code": "ENOAUDIT", "summary": "The registry may not support audit requests.", "detail": ""}}
    (aside,) = read(SOURCES["npm-audit"], json.dumps(told).encode(), {}, PLAIN).records
    assert isinstance(aside, Quarantined)
    assert "npm could not audit it: The registry may not support audit requests." in aside.reason
