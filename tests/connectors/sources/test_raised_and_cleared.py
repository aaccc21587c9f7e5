"""What a webhook clears is what it raised, and what two tools tell of one problem is told once."""

from __future__ import annotations

import json

import pytest

from connectors.contract.finding import Finding, Status
from connectors.contract.identity import correlation_key, fingerprint
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, one

PAIRS = [  # payload and place of what was raised, the same of what cleared it, how
    ("gitlab/dependency", 0, "gitlab/quiet-resolved", 0, Status.RESOLVED),
    ("gitlab/dependency", 0, "gitlab/quiet-dismissed", 0, Status.SUPPRESSED),
    ("gitlab/dependency", 0, "gitlab/quiet-off_default_branch", 0, Status.RESOLVED),
    ("snyk/project", 0, "snyk/quiet-removed_ignored_patched", 2, Status.RESOLVED),
    ("dependency-track/new_vulnerability", 0, "dependency-track/quiet-retracted", 0, Status.RESOLVED),
    ("dependency-track/new_vulnerability", 0, "dependency-track/quiet-audited", 0, Status.SUPPRESSED),
    ("okta/threats", 4, "okta/quiet-attack_ended", 0, Status.RESOLVED),
    ("sentinelone/threat", 0, "sentinelone/quiet-judged", 0, Status.RESOLVED),
    ("cloudflare/ddos_l7", 0, "cloudflare/quiet-ddos_ended", 0, Status.RESOLVED),
    ("pagerduty/triggered", 0, "pagerduty/quiet-resolved", 0, Status.RESOLVED),
    ("datadog/monitor", 0, "datadog/quiet-recovered", 0, Status.RESOLVED),
    ("elastic/alerts", 0, "elastic/quiet-closed", 0, Status.SUPPRESSED),
    ("elastic/alerts", 1, "elastic/quiet-closed", 1, Status.RESOLVED),
    ("grafana/firing", 0, "grafana/quiet-resolved", 0, Status.RESOLVED),
    ("sentry/issue_alert", 0, "sentry/quiet-issue_resolved", 0, Status.RESOLVED),
    ("sentry/issue_alert", 0, "sentry/quiet-issue_archived", 0, Status.SUPPRESSED),
    ("sentry/metric_alert", 1, "sentry/quiet-metric_resolved", 1, Status.RESOLVED),
    ("azure-sentinel/created", 0, "azure-sentinel/quiet-closed", 0, Status.RESOLVED),
    ("azure-sentinel/created", 0, "azure-sentinel/quiet-false_positive", 0, Status.SUPPRESSED),
    ("github/repository_advisory.reported", 0, "github/quiet-repository_advisory.published", 0, Status.RESOLVED),
]


def told(name: str, number: int) -> Finding:
    return one(name).findings()[number]


@pytest.mark.parametrize(
    ("raised", "first", "cleared", "second", "status"), PAIRS, ids=[f"{pair[2]}-{pair[3]}" for pair in PAIRS]
)
def test_what_is_cleared_is_what_was_raised(raised: str, first: int, cleared: str, second: int, status: Status) -> None:
    before, after = told(raised, first), told(cleared, second)
    assert (before.status, after.status) == (Status.OPEN, status)
    assert fingerprint(before) == fingerprint(after)
    if cleared != "sentinelone/quiet-judged":  # which names no file by its digest
        assert correlation_key(before) == correlation_key(after)


def test_a_threat_is_what_people_made_of_it_and_open_when_they_take_it_up_again() -> None:
    payload = one("sentinelone/quiet-judged")
    told = [finding.status for finding in payload.findings()]
    assert told == [Status.RESOLVED, Status.SUPPRESSED, Status.UNCHECKED]
    again = payload.body.replace(b'newIncidentStatus": "resolved', b'newIncidentStatus": "in_progress').replace(
        b'AnalystVerdict": "undefined', b'AnalystVerdict": "false_positive'
    )
    assert [finding.status for finding in payload.findings(again)] == [Status.OPEN, Status.SUPPRESSED, Status.OPEN]


def test_snyk_and_dependabot_tell_of_one_package_once() -> None:
    snyk, dependabot = told("snyk/project", 0), told("github/dependabot_alert.created", 0)
    assert (snyk.problem, snyk.resource.id) == (dependabot.problem, dependabot.resource.id)
    assert correlation_key(snyk) == correlation_key(dependabot)


def test_checkov_and_trivy_tell_of_one_place_of_a_template_once() -> None:
    (site,) = [
        finding for finding in one("checkov/several_frameworks").findings() if finding.problem == "s3.public-access"
    ]
    payload = one("trivy/repository")
    body = payload.body
    for here, there in (
        ("acme/infra", "acme/payments"),
        ("network/main.tf", "infra/site.tf"),
        ("AVD-AWS-0107", "AVD-AWS-0086"),
        ("aws_security_group.web", "aws_s3_bucket.site"),
    ):
        body = body.replace(here.encode(), there.encode())
    same, elsewhere = payload.findings(body)[:2]
    assert (same.problem, elsewhere.problem) == (site.problem, site.problem)
    assert correlation_key(same) == correlation_key(site)
    assert correlation_key(elsewhere) != correlation_key(site)


def test_what_dependency_track_told_is_in_its_export() -> None:
    notified, exported = told("dependency-track/new_dependency", 0), told("dependency-track/export", 0)
    assert fingerprint(notified) == fingerprint(exported)
    assert notified.scope == exported.scope != ""


def test_a_secret_that_left_the_code_is_still_leaked() -> None:
    assert told("gitlab/secret_left_the_code", 0).status is Status.OPEN


def test_an_attack_from_another_address_is_another_one() -> None:
    first, second = told("okta/threats", 0), told("okta/threats", 1)
    assert first.resource == second.resource
    assert fingerprint(first) != fingerprint(second)


def test_an_incident_of_sentinel_stays_itself_while_it_grows() -> None:
    """Its ARM id holds the GUID that it was made with; all else may change, and Azure writes ids in several cases."""
    payload = one("azure-sentinel/created")
    body = json.loads(payload.body)
    told = body["object"]["properties"]
    told |= {"title": "Three sign-ins", "severity": "Low", "status": "Active", "incidentNumber": 9, "labels": []}
    told |= {
        "relatedAnalyticRuleIds": ["/alertRules/another"],
        "relatedEntities": [],
        "owner": {"email": "ana@example.com"},
    }
    body["object"] |= {"id": body["object"]["id"].upper(), "etag": "9"}
    (before,), (after,) = payload.findings(), payload.findings(json.dumps(body).encode())
    assert fingerprint(before) == fingerprint(after)
    body["object"]["id"] = body["object"]["id"].replace("0A1B2C3D", "1A1B2C3D")
    (another,) = payload.findings(json.dumps(body).encode())
    assert fingerprint(another) != fingerprint(before)


def test_the_test_of_a_monitor_opens_nothing_and_closes_nothing() -> None:
    """Datadog sends it for the monitor that may have an alert open."""
    test, alert = told("datadog/quiet-test", 0), told("datadog/monitor", 0)
    assert (test.status, alert.status) == (Status.SAMPLE, Status.OPEN)
    assert fingerprint(test) != fingerprint(alert)
    payload = one("datadog/monitor")
    called_so = payload.body.replace(b'"title": "', b'"title": "[TEST] ').replace(
        b"[Triggered] ", b"[Triggered] [TEST] "
    )
    assert [finding.status for finding in payload.findings(called_so)] == [Status.OPEN]


def test_one_alert_of_xray_that_breaks_two_policies_is_two_deliveries() -> None:
    payload = one("jfrog-xray/artifacts")
    body = json.loads(payload.body)
    other = json.dumps(body | {"policy_rule": f"{body['policy_rule']}-2"}).encode()
    keys = [
        read(payload.source, sent, payload.headers, PLAIN).delivery_key for sent in (payload.body, payload.body, other)
    ]
    assert keys[0] == keys[1] != keys[2]
    assert all(key.startswith(f"id:{body['alert_id']}/") for key in keys)


def test_who_sets_up_cloudwatch_is_told_of_what_says_that_an_alarm_was_deleted() -> None:
    body = json.loads(one("aws-cloudwatch/quiet-deleted").body)
    assert body["detail-type"] in one("aws-cloudwatch/quiet-deleted").source.docs
