"""What controls of different standards are about, so that the same thing told by several of them is told once.

A family is the finding's *problem*. Security Hub's, AWS Config's, CIS's, PCI's, Prowler's, Trivy's and Checkov's
names of one control lie in one line. A control in no line is its own problem, under its name without the standard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Family:
    """``world_open``: failing the control means that anyone can reach the resource without credentials."""

    problem: str
    world_open: bool = False
    port: int | None = None
    protocol: str = ""


# problem | world-open | control names: Security Hub's, cis/<version>/<number>, PCI's, Config's and the scanners'
_TABLE = """
network.open-port.22 | open | ec2.13 cis/1.2.0/4.1 pci.ec2.5 restricted-ssh incoming-ssh-disabled ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22 ec2_instance_port_ssh_exposed_to_internet ckv_aws_24 open_ssh_port compute_firewall_ssh_access_from_the_internet_allowed network_ssh_internet_access_restricted
network.open-port.3389 | open | ec2.14 cis/1.2.0/4.2 restricted-rdp ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389 ec2_instance_port_rdp_exposed_to_internet ckv_aws_25 open_rdp_port compute_firewall_rdp_access_from_the_internet_allowed network_rdp_internet_access_restricted
network.open-port.3306 | open | ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mysql_3306 ec2_instance_port_mysql_exposed_to_internet open_mysql_port
network.open-port.5432 | open | ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432 ec2_instance_port_postgresql_exposed_to_internet open_postgresql_port
network.open-port.6379 | open | ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_redis_6379 ec2_instance_port_redis_exposed_to_internet open_redis_port
network.open-port.23 | open | ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_telnet_23 open_telnet_port
network.open-port.1433 | open | ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_sql_server_1433_1434
network.open-port.27017 | open | open_mongodb_port ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mongodb_27017_27018
network.open-port.21 | open | open_ftp_port
network.open-port.25 | open | open_smtp_port
network.open-port.11211 | open | open_memcached_port
network.open-port.1521 | open | open_oracledb_port
network.open-all-ports | open | ec2_securitygroup_allow_ingress_from_internet_to_all_ports ec2_securitygroup_allow_ingress_from_internet_to_any_port ckv_aws_277
network.open-admin-ports | open | ec2.53 ec2.54 cis/1.4.0/5.2 cis/3.0.0/5.2 cis/3.0.0/5.3
network.open-risky-ports | open | ec2.19 restricted-common-ports restricted-incoming-traffic vpc-sg-restricted-common-ports ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports
network.open-ingress | open | ec2.18 vpc-sg-open-only-to-authorized-ports aws-0107 ec2_securitygroup_allow_wide_open_public_ipv4 open_firewall
network.open-acl | open | ec2.21 cis/1.4.0/5.1 cis/3.0.0/5.1 nacl-no-unrestricted-ssh-rdp aws-0105 ec2_networkacl_allow_ingress_any_port ec2_networkacl_allow_ingress_tcp_port_22 ec2_networkacl_allow_ingress_tcp_port_3389 ckv_aws_231 ckv_aws_232
network.default-group-open | - | ec2.2 cis/1.2.0/4.3 cis/1.4.0/5.3 cis/3.0.0/5.4 pci.ec2.2 vpc-default-security-group-closed ec2_securitygroup_default_restrict_traffic ckv2_aws_12
network.no-flow-logs | - | ec2.6 cis/1.2.0/2.9 cis/1.4.0/3.9 cis/3.0.0/3.7 pci.ec2.6 vpc-flow-logs-enabled vpc_flow_logs_enabled aws-0178 ckv2_aws_11
s3.public-access | open | s3.2 s3.3 pci.s3.1 pci.s3.2 s3-bucket-public-read-prohibited s3-bucket-public-write-prohibited s3_bucket_public_access s3_bucket_policy_public_write_access s3_bucket_public_list_acl s3_bucket_public_write_acl aws-0092 ckv_aws_20 ckv_aws_57 s3bucketpublic
s3.public-access | - | s3.1 s3.8 cis/1.4.0/2.1.5.1 cis/1.4.0/2.1.5.2 cis/3.0.0/2.1.4 pci.s3.6 s3-account-level-public-access-blocks s3-account-level-public-access-blocks-periodic s3-bucket-level-public-access-prohibited s3_bucket_level_public_access_block s3_account_level_public_access_blocks aws-0086 aws-0087 aws-0091 aws-0093 aws-0094 ckv_aws_53 ckv_aws_54 ckv_aws_55 ckv_aws_56 ckv2_aws_6 s3blockpublicaccessdisabled
s3.log-bucket-public | open | cloudtrail.6 cis/1.2.0/2.3 cis/1.4.0/3.3 cloudtrail_logs_s3_bucket_is_not_publicly_accessible
s3.no-encryption | - | s3.4 pci.s3.4 s3-bucket-server-side-encryption-enabled s3_bucket_default_encryption aws-0088 ckv_aws_19 s3bucketencryptiondisabled
s3.no-tls-policy | - | s3.5 cis/1.4.0/2.1.2 cis/3.0.0/2.1.1 pci.s3.5 s3-bucket-ssl-requests-only s3_bucket_secure_transport_policy
s3.no-access-log | - | s3.9 s3-bucket-logging-enabled s3_bucket_server_access_logging_enabled aws-0089 ckv_aws_18
s3.no-versioning | - | s3.14 s3-bucket-versioning-enabled s3_bucket_object_versioning aws-0090 ckv_aws_21
s3.no-mfa-delete | - | s3.20 cis/1.4.0/2.1.3 cis/3.0.0/2.1.2 s3-bucket-mfa-delete-enabled s3_bucket_no_mfa_delete
gcs.public-access | open | public_bucket_acl cloudstorage_bucket_public_access
gcs.no-access-log | - | bucket_logging_disabled
gcp.public-address | - | public_ip_address compute_instance_public_ip
gcp.sql-public | open | public_sql_instance
gcp.dataset-public | open | public_dataset
ec2.public-snapshot | open | ec2.1 pci.ec2.1 ebs-snapshot-public-restorable-check ec2_ebs_public_snapshot
ec2.public-address | - | ec2.9 ec2-instance-no-public-ip ec2_instance_public_ip ckv_aws_88
ec2.imds-v1 | - | ec2.8 cis/3.0.0/5.6 ec2-imdsv2-check ec2_instance_imdsv2_enabled aws-0028 ckv_aws_79
ec2.volume-unencrypted | - | ec2.3 pci.ec2.3 encrypted-volumes ec2_ebs_volume_encryption aws-0026 ckv_aws_3
ec2.no-default-encryption | - | ec2.7 cis/1.4.0/2.2.1 cis/3.0.0/2.2.1 ec2-ebs-encryption-by-default ec2_ebs_default_encryption ckv_aws_106
rds.public-access | open | rds.2 pci.rds.2 cis/3.0.0/2.3.3 rds-instance-public-access-check rds_instance_no_public_access aws-0180 ckv_aws_17
rds.public-snapshot | open | rds.1 pci.rds.1 rds-snapshots-public-prohibited rds_snapshots_public_access
rds.no-encryption | - | rds.3 cis/1.4.0/2.3.1 cis/3.0.0/2.3.1 rds-storage-encrypted rds_instance_storage_encrypted aws-0080 ckv_aws_16
redshift.public-access | open | redshift.1 pci.redshift.1 redshift-cluster-public-access-check redshift_cluster_public_access ckv_aws_87
lambda.public-access | open | lambda.1 pci.lambda.1 lambda-function-public-access-prohibited awslambda_function_not_publicly_accessible ckv_aws_301
eks.public-endpoint | - | eks.1 eks-endpoint-no-public-access eks_cluster_not_publicly_accessible eks_endpoints_not_publicly_accessible aws-0040 aws-0041 ckv_aws_38 ckv_aws_39
k8s.privileged-container | - | ksv-0017 ckv_k8s_16 c-0057
k8s.privilege-escalation | - | ksv-0001 ckv_k8s_20 c-0016
k8s.host-network | - | ksv-0009 ckv_k8s_19 c-0041
k8s.runs-as-root | - | ksv-0012 ckv_k8s_23 c-0013
k8s.writable-root | - | ksv-0014 ckv_k8s_22 c-0017
k8s.host-path | - | ksv-0023 c-0048
k8s.docker-socket | - | ksv-0006 ckv_k8s_27 c-0074
ssm.public-document | open | ssm.4 ssm-document-not-public ssm_documents_set_as_public ssm_document_secrets
iam.root-access-key | - | iam.4 cis/1.2.0/1.12 cis/1.4.0/1.4 cis/3.0.0/1.4 pci.iam.1 iam-root-access-key-check iam_no_root_access_key aws-0141
iam.root-no-mfa | - | iam.9 cis/1.2.0/1.13 cis/1.4.0/1.5 cis/3.0.0/1.5 pci.iam.5 root-account-mfa-enabled iam_root_mfa_enabled aws-0142
iam.root-no-hardware-mfa | - | iam.6 cis/1.2.0/1.14 cis/1.4.0/1.6 cis/3.0.0/1.6 pci.iam.4 root-account-hardware-mfa-enabled iam_root_hardware_mfa_enabled aws-0165
iam.user-no-mfa | - | iam.5 cis/1.2.0/1.2 cis/1.4.0/1.10 cis/3.0.0/1.10 mfa-enabled-for-iam-console-access iam_user_mfa_enabled_console_access aws-0145
iam.old-access-key | - | iam.3 cis/1.2.0/1.4 cis/1.4.0/1.14 cis/3.0.0/1.14 access-keys-rotated iam_rotate_access_key_90_days aws-0146
iam.unused-credential | - | iam.22 cis/1.4.0/1.12 cis/3.0.0/1.12 iam_user_accesskey_unused iam_user_console_access_unused
iam.unused-credential-90 | - | iam.8 cis/1.2.0/1.3 pci.iam.7 iam-user-unused-credentials-check aws-0144
iam.full-admin-policy | - | iam.1 cis/1.2.0/1.22 cis/1.4.0/1.16 cis/3.0.0/1.16 pci.iam.3 iam-policy-no-statements-with-admin-access iam_customer_attached_policy_no_administrative_privileges iam_customer_unattached_policy_no_administrative_privileges ckv_aws_1 ckv_aws_62
iam.user-policy | - | iam.2 cis/1.2.0/1.16 cis/3.0.0/1.15 pci.iam.2 iam-user-no-policies-check iam_policy_attached_only_to_group_or_roles aws-0143 ckv_aws_40
cloudtrail.not-everywhere | - | cloudtrail.1 cis/1.2.0/2.1 cis/1.4.0/3.1 cis/3.0.0/3.1 multi-region-cloudtrail-enabled cloudtrail_multi_region_enabled aws-0014 ckv_aws_67
cloudtrail.no-encryption | - | cloudtrail.2 cis/1.2.0/2.7 cis/1.4.0/3.7 cis/3.0.0/3.5 pci.cloudtrail.1 cloud-trail-encryption-enabled cloudtrail_kms_encryption_enabled aws-0015 ckv_aws_35
cloudtrail.no-validation | - | cloudtrail.4 cis/1.2.0/2.2 cis/1.4.0/3.2 cis/3.0.0/3.2 pci.cloudtrail.3 cloud-trail-log-file-validation-enabled cloudtrail_log_file_validation_enabled aws-0016 ckv_aws_36
kms.no-rotation | - | kms.4 cis/1.2.0/2.8 cis/1.4.0/3.8 cis/3.0.0/3.6 pci.kms.1 cmk-backing-key-rotation-enabled kms_cmk_rotation_enabled aws-0065 ckv_aws_7
config.off | - | config.1 cis/1.2.0/2.5 cis/1.4.0/3.5 cis/3.0.0/3.3 pci.config.1 config_recorder_all_regions_enabled
guardduty.off | - | guardduty.1 pci.guardduty.1 guardduty-enabled-centralized guardduty_is_enabled
"""  # noqa: E501 - one family a line reads best

_OPEN_PORT = re.compile(r"network\.open-port\.(\d+)")
_CIS = re.compile(r"cis-aws-foundations-benchmark/v/(\d+\.\d+\.\d+)/(?:rule/)?([\d.]+)$")
_SECURITY_HUB_RULE = re.compile(r"securityhub-(.+)-[0-9a-f]{6,10}$")
_CONFIG_SUFFIX = re.compile(r"-(?:conformance-pack-)?[0-9a-z]{9,12}$")


def _read_table() -> dict[str, Family]:
    families: dict[str, Family] = {}
    for line in _TABLE.strip().splitlines():
        problem, reach, names = (part.strip() for part in line.split("|"))
        port = _OPEN_PORT.fullmatch(problem)
        family = Family(problem, reach == "open", int(port.group(1)) if port else None, "tcp" if port else "")
        for name in names.split():
            assert name not in families, name
            families[name] = family
    return families


FAMILIES = _read_table()
GUARDED_PORTS = {family.port: family.problem for family in FAMILIES.values() if family.port is not None}


@lru_cache(maxsize=20_000)
def control_name(told: str) -> str:
    """A control's name without its standard: ``EC2.13`` of ``aws-foundational-security-best-practices/v/1.0.0/EC2.13``.

    CIS numbers mean something else in each version, so they keep it: ``cis/1.2.0/4.1``.
    """
    if cis := _CIS.search(told):
        return f"cis/{cis.group(1)}/{cis.group(2)}"
    name = told.rpartition("/")[2] if not told.startswith("cis/") else told
    name = name.removeprefix("prowler-").removeprefix("AVD-")
    if rule := _SECURITY_HUB_RULE.fullmatch(name):
        name = rule.group(1)
    return name


@lru_cache(maxsize=20_000)
def family_of(told: str) -> Family:
    """The family of a control under any of its names; a family of its own when the table does not know it."""
    name = control_name(told)
    key = name.lower()
    known = FAMILIES.get(key) or FAMILIES.get(key.replace("_", "-")) or FAMILIES.get(_CONFIG_SUFFIX.sub("", key))
    return known or Family(name)
