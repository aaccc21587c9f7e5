"""What the shop's tools send this morning: each in its documented shape, signed as the real sender signs."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from standardwebhooks import Webhook

from bot.demo.cloud import ACCOUNT, REGION, Shop
from bot.demo.keys import Keys

HEARTBLEED = "CVE-2014-0160"
_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Post:
    """One signed request: what it is in words, where it goes, its raw body and headers."""

    what: str
    path: str
    body: bytes
    headers: Mapping[str, str]

    def forged(self, old: bytes, new: bytes) -> Post:
        """The same headers over another body: what somebody without the secret can do."""
        assert old in self.body
        return replace(self, what=f"{self.what}, forged", body=self.body.replace(old, new))


def stamp(now: datetime) -> str:
    """A time as AWS and GitHub write it."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def security_hub(shop: Shop, keys: Keys, now: datetime) -> Post:
    """Failed controls, through EventBridge to an API destination, whose connection sends the key."""
    group = f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{shop.backoffice_group}"
    findings = [
        _asff("EC2.13", "Security groups should not allow ingress from 0.0.0.0/0 or ::/0 to port 22", "HIGH", now)
        | {"Resources": [{"Type": "AwsEc2SecurityGroup", "Id": group, "Partition": "aws", "Region": REGION}]},
        *(_public_bucket(bucket, number, now) for number, bucket in enumerate((shop.bucket, shop.staging_bucket), 2)),
    ]
    envelope = {
        "version": "0",
        "id": "5d0c2f1e-aaaa-4bbb-8ccc-00000000d001",
        "detail-type": "Security Hub Findings - Imported",
        "source": "aws.securityhub",
        "account": ACCOUNT,
        "time": stamp(now),
        "region": REGION,
        "resources": [each["Id"] for each in findings],
        "detail": {"findings": findings},
    }
    return _post("AWS Security Hub", "aws-securityhub", envelope, {"x-api-key": keys.securityhub})


def _public_bucket(bucket: str, number: int, now: datetime) -> dict[str, Any]:
    title = "S3 general purpose buckets should block public read access"
    resource = {"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{bucket}", "Region": REGION}
    return _asff("S3.2", title, "CRITICAL", now, number) | {"Resources": [resource]}


def _asff(control: str, title: str, label: str, now: datetime, number: int = 1) -> dict[str, Any]:
    """A failed control in the AWS Security Finding Format."""
    control_arn = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:security-control/{control}"
    finding = f"{control_arn}/finding/0000000{number}-aaaa-4bbb-8ccc-0d"
    return {
        "SchemaVersion": "2018-10-08",
        "Id": finding,
        "ProductArn": f"arn:aws:securityhub:{REGION}::product/aws/securityhub",
        "ProductName": "Security Hub",
        "CompanyName": "AWS",
        "Region": REGION,
        "GeneratorId": f"security-control/{control}",
        "AwsAccountId": ACCOUNT,
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
        "FirstObservedAt": stamp(now - timedelta(hours=2)),
        "CreatedAt": stamp(now - timedelta(hours=2)),
        "UpdatedAt": stamp(now),
        "Severity": {"Label": label, "Original": label},
        "Title": title,
        "Description": f"This control checks: {title}.",
        "ProductFields": {"aws/securityhub/ProductName": "Security Hub", "aws/securityhub/CompanyName": "AWS"},
        "Compliance": {"Status": "FAILED", "SecurityControlId": control},
        "WorkflowState": "NEW",
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
    }


def dependabot(keys: Keys, now: datetime) -> Post:
    """A vulnerable dependency, as GitHub's webhook tells it."""
    hook = {
        "action": "created",
        "alert": _dependabot_alert(now),
        "repository": {
            "id": 700000002,
            "name": "payments-web",
            "full_name": "example-shop/payments-web",
            "private": True,
            "visibility": "private",
            "owner": {"login": "example-shop", "id": 2, "type": "Organization"},
            "html_url": "https://github.com/example-shop/payments-web",
        },
        "organization": {"login": "example-shop"},
        "sender": {"login": "octo-example"},
    }
    post = _post("GitHub Dependabot", "github", hook, {})
    digest = hmac.new(keys.github.encode(), post.body, hashlib.sha256).hexdigest()
    signed = {
        "x-github-event": "dependabot_alert",
        "x-github-delivery": "7d3c1a00-aaaa-4bbb-8ccc-00000000d002",
        "x-hub-signature-256": f"sha256={digest}",
    }
    return replace(post, headers={**post.headers, **signed})


def _dependabot_alert(now: datetime) -> dict[str, Any]:
    package = {"ecosystem": "npm", "name": "semver"}
    ids = [{"type": "GHSA", "value": "GHSA-c2qf-rxjj-qqgw"}, {"type": "CVE", "value": "CVE-2022-25883"}]
    return {
        "number": 12,
        "state": "open",
        "dependency": {"package": package, "manifest_path": "package-lock.json", "scope": "runtime"},
        "security_advisory": {
            "ghsa_id": "GHSA-c2qf-rxjj-qqgw",
            "cve_id": "CVE-2022-25883",
            "summary": "semver is slow on hostile version ranges",
            "description": "A hostile range takes a long time to read.",
            "severity": "high",
            "identifiers": ids,
            "published_at": "2023-06-21T06:30:28Z",
            "cvss": {"vector_string": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "score": 7.5},
        },
        "security_vulnerability": {
            "package": package,
            "severity": "high",
            "vulnerable_version_range": "< 7.5.2",
            "first_patched_version": {"identifier": "7.5.2"},
        },
        "html_url": "https://github.com/example-shop/payments-web/security/dependabot/12",
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "dismissed_at": None,
        "dismissed_reason": None,
        "fixed_at": None,
    }


def scanner(keys: Keys, now: datetime) -> Post:
    """The shop's own network scanner found Heartbleed on three hosts, in Suture's generic shape."""
    found = [
        _bleeding("backoffice-1.example.com", "1.0.1e-2+deb7u4", "1.0.1e-2+deb7u5", now),
        _bleeding("backoffice-2.example.com", "1.0.1f", "1.0.1g", now),
        _bleeding("edge-1.example.com", "1.0.1", "1.0.1g", now),
    ]
    return signed("the shop's scanner", "/v1/alerts/generic", {"findings": found}, "msg_demo_scan_1", keys, now)


def _bleeding(host: str, installed: str, fixed_in: str, now: datetime) -> dict[str, Any]:
    return {
        "title": "OpenSSL gives away memory of the process (Heartbleed)",
        "rule": "tls-heartbeat",
        "cve": HEARTBLEED,
        "severity": "critical",
        "kind": "vulnerability",
        "cvss_vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        "package": "openssl",
        "installed": installed,
        "fixed_in": fixed_in,
        "port": 443,
        "protocol": "tcp",
        "disclosed_at": "2014-04-07T17:30:00Z",
        "observed_at": stamp(now),
        "url": "https://www.openssl.org/news/secadv/20140407.txt",
        "resource": {"id": host, "type": "host"},
    }


def deploy(keys: Keys, now: datetime, number: int = 812) -> Post:
    """The pipeline tells of a deploy."""
    body = {"id": f"backoffice-{number}", "name": "backoffice 8.1.2", "asset": "backoffice-group", "actor": "pipeline"}
    return signed("the pipeline", "/v1/deploys", body, f"msg_demo_deploy_{number}", keys, now)


def signed(what: str, path: str, value: Any, identity: str, keys: Keys, now: datetime) -> Post:
    """A post signed as Standard Webhooks 1.0 says."""
    body = json.dumps(value)
    headers = {
        "webhook-id": identity,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(keys.scanner).sign(identity, now, body),
    }
    return Post(what, path, body.encode(), {**_JSON, **headers})


def trivy(keys: Keys, now: datetime) -> Post:
    """A report of one image, as ``trivy image --format json`` writes it."""
    name = "registry.example.com/payments/api:4.1.0"
    report = {
        "SchemaVersion": 2,
        "CreatedAt": stamp(now),
        "ArtifactName": name,
        "ArtifactType": "container_image",
        "Metadata": {
            "OS": {"Family": "debian", "Name": "12.5"},
            "ImageID": f"sha256:{'2' * 64}",
            "RepoTags": [name],
            "RepoDigests": [f"registry.example.com/payments/api@sha256:{'0' * 63}2"],
        },
        "Results": [
            {"Target": f"{name} (debian 12.5)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [_zlib()]}
        ],
    }
    return Post("Trivy", "/v1/scans/trivy", json.dumps(report).encode(), _bearer(keys.trivy))


def _zlib() -> dict[str, Any]:
    return {
        "VulnerabilityID": "CVE-2023-45853",
        "PkgID": "zlib1g@1:1.2.13.dfsg-1",
        "PkgName": "zlib1g",
        "PkgIdentifier": {"PURL": "pkg:deb/debian/zlib1g@1.2.13.dfsg-1?distro=debian-12.5&epoch=1"},
        "InstalledVersion": "1:1.2.13.dfsg-1",
        "Status": "will_not_fix",
        "SeveritySource": "nvd",
        "PrimaryURL": "https://avd.aquasec.com/nvd/cve-2023-45853",
        "Title": "zlib: integer overflow in MiniZip",
        "Description": "MiniZip in zlib has an integer overflow with a long file name.",
        "Severity": "CRITICAL",
        "CVSS": {"nvd": {"V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "V3Score": 9.8}},
        "PublishedDate": "2023-10-14T02:15:09Z",
    }


def _bearer(token: str) -> dict[str, str]:
    return {**_JSON, "authorization": f"Bearer {token}"}


def _post(what: str, source: str, value: Any, headers: Mapping[str, str]) -> Post:
    return Post(what, f"/v1/alerts/{source}", json.dumps(value).encode(), {**_JSON, **headers})


def morning(shop: Shop, keys: Keys) -> tuple[Callable[[datetime], Post], ...]:
    """The alerts in the order in which they come in; each is signed when it is sent."""
    return (
        lambda now: security_hub(shop, keys, now),
        lambda now: scanner(keys, now),
        lambda now: dependabot(keys, now),
        lambda now: trivy(keys, now),
    )
