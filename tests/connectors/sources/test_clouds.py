"""What several tools of one cloud tell of the same thing is told once, and what is special about single ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.contract.finding import Finding, Quarantined, Resource, Status
from connectors.contract.identity import correlation_key, fingerprint
from connectors.contract.source import Incoming, SourceOptions
from connectors.formats.aws_names import name_of, type_of
from tests.connectors.sources.payloads import SOURCES, one


def first(name: str) -> Finding:
    return one(name).findings()[0]


def test_five_tellers_of_one_open_port_tell_it_once() -> None:
    asff = one("aws-securityhub/controls_of_three_standards")
    told = [
        asff.findings(asff.body.replace(b"sg-0a1b2c3d4e5f60001", b"sg-0123456789abcdef0"))[0],
        first("aws-securityhub/ocsf-control"),
        first("prowler/aws_azure_kubernetes"),
        first("aws-config/ssh_open"),
        one("ocsf/every_class").findings()[3],
    ]
    assert len({finding.resource.id for finding in told}) == 1
    assert len({correlation_key(finding) for finding in told}) == 1
    assert {(finding.problem, finding.port) for finding in told} == {("network.open-port.22", 22)}


def test_macie_and_access_analyzer_tell_of_one_public_bucket_once() -> None:
    told = [first("aws-macie/bucket_public"), first("aws-access-analyzer/public_through_sns")]
    assert len({correlation_key(finding) for finding in told}) == 1


def test_macie_and_access_analyzer_tell_by_security_hub_what_they_tell_themselves() -> None:
    told = one("aws-securityhub/analyzer_and_macie").findings()
    by_hub = [finding for finding in told if finding.problem == "s3.public-access" and finding.status is Status.OPEN]
    itself = first("aws-macie/bucket_public")
    assert len(by_hub) == 2
    alike = [replace(finding, resource=itself.resource) for finding in by_hub]
    assert {correlation_key(finding) for finding in alike} == {correlation_key(itself)}
    assert {(finding.kind, finding.world_open) for finding in by_hub} == {(itself.kind, True)}
    assert first("aws-access-analyzer/shared_with_an_account").problem in {finding.problem for finding in told}


def test_two_things_that_one_product_tells_of_one_resource_stay_two() -> None:
    told = [f for f in one("aws-securityhub/analyzer_and_macie").findings() if f.status is Status.OPEN]
    assert len({(finding.resource.id, finding.rule_id) for finding in told}) < len(told)
    assert len({correlation_key(finding) for finding in told}) == len(told) - 1  # the public bucket is told by both


def test_what_was_public_and_is_shared_now_is_one_finding() -> None:
    """Security Hub updates the finding with another type, which is another rule here."""
    payload = one("aws-securityhub/analyzer_and_macie")
    in_public, elsewhere = payload.findings()[:2]
    best = b"Software and Configuration Checks/AWS Security Best Practices/External Access Granted"
    shared, before = payload.findings(
        payload.body.replace(b"Effects/Data Exposure/External Access Granted", best).replace(b"NEW", b"RESOLVED")
    )[:2]
    assert (in_public.status, elsewhere.status) == (Status.OPEN, Status.ELSEWHERE)
    assert (shared.status, before.status) == (Status.RESOLVED, Status.ELSEWHERE)
    assert (fingerprint(shared), fingerprint(before)) == (fingerprint(elsewhere), fingerprint(in_public))


def test_inspector_and_trivy_tell_of_one_package_in_an_image_once() -> None:
    told = first("aws-inspector/image_through_sns")
    body = json.loads(one("trivy/image").body)
    body["Metadata"]["RepoDigests"] = [f"{told.resource.id}@{told.resource.image_digest}"]
    weakness = body["Results"][0]["Vulnerabilities"][0] | {"VulnerabilityID": told.problem, "PkgName": "curl"}
    body["Results"] = [body["Results"][0] | {"Vulnerabilities": [weakness]}]
    (scanned,) = one("trivy/image").findings(json.dumps(body).encode())
    (inspected,) = [
        f for f in one("aws-inspector/image_through_sns").findings() if f.package and f.package.name == "curl"
    ]
    assert correlation_key(scanned) == correlation_key(inspected)


def by_security_hub(told: Finding, *besides: str, **resource: Any) -> list[Finding]:
    """The same vulnerability or detection in ASFF, on a resource as Security Hub names it."""
    payload = one("aws-securityhub/vulnerability_and_a_bad_record")
    record = json.loads(payload.body)["findings"][0] | {"Resources": [resource]}
    if told.package is None:
        typed = told.rule_id.replace("/", "-")
        record |= {
            "GeneratorId": "arn:aws:guardduty:eu-central-1:111122223333:detector/d",
            "Types": [f"TTPs/x/{typed}"],
        }
        del record["Vulnerabilities"]
    else:
        packages = [{"Name": name} for name in (told.package.name, *besides)]
        names = {"Id": told.rule_id, "RelatedVulnerabilities": list(told.vuln_ids)}
        record["Vulnerabilities"][0] |= {"VulnerablePackages": packages, **names}
    return payload.findings(json.dumps({"findings": [record]}).encode())


def test_inspector_and_security_hub_tell_of_one_image_once() -> None:
    told = first("aws-inspector/image_through_sns")
    repository = f"arn:aws:ecr:eu-central-1:111122223333:repository/{told.resource.id.partition('/')[2]}"
    assert told.resource.id.startswith("111122223333.dkr.ecr.eu-central-1.")
    (by_hub,) = by_security_hub(told, Type="AwsEcrContainerImage", Id=f"{repository}/{told.resource.image_digest}")
    assert correlation_key(by_hub) == correlation_key(told)


def test_inspector_and_security_hub_tell_of_every_package() -> None:
    told = one("aws-inspector/image_through_sns").findings()
    names = [finding.package.name for finding in told if finding.package]
    repository = "arn:aws:ecr:eu-central-1:111122223333:repository/payments/api"
    by_hub = by_security_hub(told[0], *names[1:], Type="AwsEcrContainerImage", Id=repository)
    again = by_security_hub(replace(told[0], package=told[-1].package), *names[:-1], Id=repository)
    assert len(names) == len({fingerprint(finding) for finding in by_hub}) > 1
    assert {correlation_key(finding) for finding in by_hub} == {correlation_key(finding) for finding in told}
    assert [fingerprint(finding) for finding in again] == [fingerprint(finding) for finding in by_hub]


def test_inspector_and_both_formats_of_security_hub_tell_of_one_function_once() -> None:
    name = "arn:aws:lambda:eu-central-1:111122223333:function:pay"
    function = Resource(id=name, type="AwsLambdaFunction", name="pay")
    told = replace(first("aws-inspector/packages_of_an_instance"), resource=function)
    (by_hub,) = by_security_hub(told, Type="AwsLambdaFunction", Id=f"{name}:$LATEST")
    payload = one("aws-securityhub/ocsf-control")
    body = json.loads(payload.body)
    body["detail"]["findings"][0]["resources"] = [{"type": "AWS::Lambda::Function", "uid": f"{name}:7"}]
    (by_the_new_one,) = payload.findings(json.dumps(body).encode())
    assert correlation_key(by_hub) == correlation_key(told)
    assert by_the_new_one.resource.same_as == name


def test_guardduty_and_security_hub_tell_of_one_key_once() -> None:
    """ASFF names the key, which is gone with its session; GuardDuty's own finding is told of its role."""
    payload = one("aws-guardduty/port_probe")
    body = json.loads(payload.body)
    details = {"accessKeyId": "ASIAEXAMPLE", "userName": "deploy", "userType": "AssumedRole"}
    body["detail"] |= {"resource": {"resourceType": "AccessKey", "accessKeyDetails": details}}
    (told,) = payload.findings(json.dumps(body).encode())
    key = {"AwsIamAccessKey": {"PrincipalName": "deploy", "PrincipalType": "AssumedRole"}}
    (by_hub,) = by_security_hub(told, Type="AwsIamAccessKey", Id="AWS::IAM::AccessKey:ASIAEXAMPLE", Details=key)
    assert by_hub.resource.id != told.resource.id
    assert correlation_key(by_hub) == correlation_key(told)


def test_azures_sheet_and_its_export_tell_of_one_recommendation_once() -> None:
    sheet = first("azure-defender-csv/recommendations")
    body = json.loads(one("azure-defender/exported").body)
    record = body["value"][1] | {"name": sheet.rule_id.upper()}
    record["properties"]["resourceDetails"]["id"] = sheet.resource.id.upper()
    (exported,) = one("azure-defender/exported").findings(json.dumps(record).encode())
    assert correlation_key(exported) == correlation_key(sheet)


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ("aws-access-analyzer/shared_with_an_account", "aws-access-analyzer/quiet-resolved"),
        ("aws-cloudwatch/alarm_by_eventbridge", "aws-cloudwatch/quiet-ok_by_eventbridge"),
        ("aws-cloudwatch/alarm_by_sns", "aws-cloudwatch/quiet-ok_by_sns"),
        ("aws-config/ssh_open", "aws-config/quiet-compliant"),
        ("aws-securityhub/ocsf-control", "aws-securityhub/quiet-ocsf-closed"),
        ("azure-common-alert/metric_fired", "azure-common-alert/quiet-resolved"),
        ("azure-defender/alert_by_workflow", "azure-defender/quiet-done"),
        ("azure-sentinel/created", "azure-sentinel/quiet-closed"),
        ("gcp-monitoring/busy", "gcp-monitoring/quiet-closed"),
        ("gcp-scc/open_ssh", "gcp-scc/quiet-inactive"),
        ("ms-graph-security/alert", "ms-graph-security/quiet-resolved"),
        ("prowler/aws_azure_kubernetes", "prowler/quiet-passed_manual_muted"),
    ],
)
def test_what_is_cleared_is_what_was_raised(opened: str, closed: str) -> None:
    assert first(opened).status is Status.OPEN
    assert first(closed).status in {Status.RESOLVED, Status.PASSED}
    assert fingerprint(first(opened)) == fingerprint(first(closed))


def test_a_closed_vulnerability_is_the_package_that_was_open() -> None:
    (closed,) = one("aws-inspector/quiet-closed").findings()
    assert fingerprint(closed) in {fingerprint(f) for f in one("aws-inspector/packages_of_an_instance").findings()}


def test_a_bare_notification_of_graph_says_what_to_do_and_its_validation_is_answered() -> None:
    records = one("ms-graph-security/listed_with_a_bare_notification").records()
    (aside,) = [record for record in records if isinstance(record, Quarantined)]
    assert "GET /security/alerts_v2" in aside.reason
    ask = SOURCES["ms-graph-security"].challenge
    assert ask is not None
    answer = ask(Incoming("POST", {}, {"validationToken": "Validation: Testing 5f0e"}, b""), SourceOptions())
    assert answer is not None
    assert (answer.status, answer.body, answer.content_type) == (200, b"Validation: Testing 5f0e", "text/plain")


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("AWS::EC2::SecurityGroup", "AwsEc2SecurityGroup"),
        ("AWS::RDS::DBInstance", "AwsRdsDbInstance"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "AwsElbv2LoadBalancer"),
        ("AWS::::Account", "AwsAccount"),
        ("container-image", "container-image"),
    ],
)
def test_aws_tells_a_type_in_two_ways(told: str, known: str) -> None:
    assert type_of(told) == known


@pytest.mark.parametrize(
    ("kind", "told", "region", "known"),
    [
        ("AwsS3Bucket", "receipts", "eu-central-1", "arn:aws:s3:::receipts"),
        ("AwsLambdaFunction", "pay", "cn-north-1", "arn:aws-cn:lambda:cn-north-1:111122223333:function:pay"),
        ("AwsKmsKey", "arn:aws:kms:eu-central-1:111122223333:key/1", "eu-central-1", None),
        ("AwsDynamoDBTable", "orders", "eu-central-1", "AwsDynamoDBTable:111122223333:eu-central-1:orders"),
        ("AwsAccount", "111122223333", "", "AWS::::Account:111122223333"),
    ],
)
def test_a_resource_without_an_arn_gets_it_or_a_name_of_its_own(kind: str, told: str, region: str, known: Any) -> None:
    assert name_of(kind, told, "111122223333", region) == (known or told)
