"""Real files, where they lie beside the checkout: every record is told or set aside, and these are known by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.sources.payloads import SOURCES
from tests.samples import sample_files
from tests.sources.counts import COUNTS
from tests.sources.trying import folders, try_sample

ASIDE = {
    # of another product, or of another door of the same one
    "cloudflare/cloudflare_firewall_ddos.json": 3,
    "crowdstrike/crowdstrike_detection_passthrough.json": 1,
    "gcp-cloud-logging-etd/bad_ip.json": 1,
    "github-advisory/published.payload.json": 1,
    "github-vuln-graphql/github-5-vuln.json": 1,
    "okta/okta_threatinsight_security_threat_detected.json": 3,
    "okta/okta_user_reported_suspicious_activity.json": 2,
    "orca/many_vulns.json": 5,
    "pagerduty/test.json": 1,
    "snyk-audit/snyk_system_externalaccess.json": 3,
    "suricata/malicious_sso_dns_lookup.json": 6,
    "trivy-operator/clustercompliancereport.json": 1,
    # answered before anything is parsed
    "github-ping/payload.json": 1,
    # without a resource
    "generic/generic_report1.json": 2,
    "nuclei/issue_14071.json": 1,
    "prowler-ocsf/example_output_aws.ocsf.json": 1,
    "prowler-ocsf/example_output_azure.ocsf.json": 4,
    "prowler-ocsf/example_output_kubernetes.ocsf.json": 6,
    # components without a package URL
    "cyclonedx/grype.xml": 307,
}
TOLD_TWICE = {
    # one alert as several test cases
    "aws-guardduty/aws_guardduty_high_sev_findings.json": 1,
    "aws-securityhub/decoy_s3_accessed.json": 5,
    "crowdstrike/crowdstrike_detection_summary.json": 4,
    "sentinelone/sentinelone_alert_passthrough.json": 1,
    "sentinelone/sentinelone_threats.json": 1,
    "wiz/resolved_findings.csv": 1,
    "wiz/wiz_defend_passthrough.json": 1,
    "wiz/wiz_issue_alert_passthrough.json": 1,
    # truly
    "aws-inspector/aws_inspector2_many_vul.json": 1,
    "aws-securityhub/prowler-output.asff.json": 3,
    "dependency-track/many_findings.json": 1,
}
FILES = [path for folder in folders() if folder in COUNTS for path in sample_files(folder)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_record_is_told_or_set_aside_and_no_two_share_a_fingerprint(path: Path) -> None:
    counted = COUNTS[path.parent.name]
    tried = try_sample(SOURCES[counted.source], counted, path)
    assert not tried.wrong
    assert len(tried.quarantined) == ASIDE.get(tried.name, 0), tried.quarantined
    assert tried.merged == TOLD_TWICE.get(tried.name, 0)


def test_there_is_a_count_for_every_folder_that_a_source_reads() -> None:
    assert {folder for folder in folders() if folder in SOURCES} <= COUNTS.keys()
