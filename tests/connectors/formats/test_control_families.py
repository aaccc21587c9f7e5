"""One thing under the names of several standards is one problem."""

from __future__ import annotations

import pytest

from connectors.formats.control_families import FAMILIES, control_name, family_of
from connectors.formats.repositories import as_named, repository_name
from connectors.formats.vulnerability_ids import is_vulnerability_id, sorted_ids
from connectors.formats.workloads import workload_of

SSH = [
    "aws-foundational-security-best-practices/v/1.0.0/EC2.13",
    "security-control/EC2.13",
    "EC2.13",
    "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/4.1",
    "cis-aws-foundations-benchmark/v/1.2.0/4.1",
    "pci-dss/v/3.2.1/PCI.EC2.5",
    "securityhub-restricted-ssh-0a1b2c3d",
    "restricted-ssh-conformance-pack-abcde1234",
    "INCOMING_SSH_DISABLED",
    "prowler-ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
]


@pytest.mark.parametrize("told", SSH)
def test_every_name_of_an_open_ssh_port_is_one_problem(told: str) -> None:
    family = family_of(told)
    assert (family.problem, family.port, family.protocol, family.world_open) == (
        "network.open-port.22",
        22,
        "tcp",
        True,
    )


@pytest.mark.parametrize(
    "told", ["security-control/S3.2", "AVD-AWS-0092", "s3-bucket-public-read-prohibited", "PCI.S3.1"]
)
def test_public_buckets_are_one_problem(told: str) -> None:
    assert family_of(told).problem == "s3.public-access"
    assert family_of(told).world_open


def test_a_missing_guard_is_the_same_problem_and_not_yet_an_open_bucket() -> None:
    assert family_of("S3.8").problem == "s3.public-access"
    assert not family_of("S3.8").world_open


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("security-control/EC2.999", "EC2.999"),
        ("prowler-new_check", "new_check"),
        ("cis-aws-foundations-benchmark/v/9.9.9/4.1", "cis/9.9.9/4.1"),
    ],
)
def test_a_control_in_no_family_is_its_own_problem_without_its_standard(told: str, problem: str) -> None:
    assert family_of(told).problem == problem
    assert control_name(told) == problem


def test_a_number_of_one_cis_version_is_not_that_of_another() -> None:
    assert family_of("cis-aws-foundations-benchmark/v/1.4.0/4.1").problem != family_of(SSH[4]).problem


def test_a_family_with_a_port_is_open_to_the_world() -> None:
    assert all(family.world_open for family in FAMILIES.values() if family.port)


@pytest.mark.parametrize(
    "told",
    [
        *(
            "https://github.com/acme/payments",
            "https://github.com/acme/payments.git",
            "git@github.com:acme/payments.git",
        ),
        *(
            "ssh://git@github.com:22/acme/payments",
            "github.com/acme/payments/",
            "https://token@GitHub.com/acme/payments",
        ),
    ],
)
def test_a_repository_has_one_name(told: str) -> None:
    assert repository_name(told) == "github.com/acme/payments"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("https://github.com/acme/payments.git", "github.com/acme/payments"),
        ("ssh://git@github.com:22/acme/payments", "github.com/acme/payments"),
        ("git@github.com:acme/payments.git", "github.com/acme/payments"),
        *(
            (other, other)
            for other in (
                "github.com/acme/payments",
                "registry.example.com:5000/shop",
                "registry.example.com/shop:1.2",
                "api.prod.example.com:6443",
                "arn:aws:eks:eu-west-1:123456789012:cluster/prod-1",
                "production/node-1",
                "prod-1",
                "",
            )
        ),
    ],
)
def test_of_what_a_sender_names_only_a_repositorys_whole_address_is_respelt(header: str, name: str) -> None:
    assert as_named(header) == name


@pytest.mark.parametrize(
    ("pod", "workload"),
    [
        ("api-7d9c5b6f4c-x2x7q", "api"),
        ("node-exporter-x2x7q", "node-exporter"),
        ("postgres-0", "postgres"),
        ("payments-worker", "payments-worker"),
        ("my-cache", "my-cache"),
        ("", ""),
    ],
)
def test_a_pod_belongs_to_its_workload(pod: str, workload: str) -> None:
    assert workload_of(pod) == workload


def test_ids_of_vulnerabilities_are_known_and_cves_come_first() -> None:
    assert sorted_ids(["GHSA-c2qf-rxjj-qqgw", "cve-2022-25883", "", "CVE-2022-25883"]) == (
        "CVE-2022-25883",
        "GHSA-c2qf-rxjj-qqgw",
    )
    assert is_vulnerability_id("CVE-2022-25883")
    assert is_vulnerability_id("GHSA-c2qf-rxjj-qqgw")
    assert not is_vulnerability_id("py/sql-injection")
