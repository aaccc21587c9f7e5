"""The resource a GuardDuty finding is about, under the ARN by which an inventory knows it.

Shape: GuardDuty user guide, "Finding details"; ``resourceType`` says which of the details counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from connectors.contract.finding import Resource
from connectors.wild import Wild


class _Place(NamedTuple):
    partition: str
    region: str
    account: str

    def arn(self, service: str, rest: str, *, regional: bool = True) -> str:
        return f"arn:{self.partition}:{service}:{self.region if regional else ''}:{self.account}:{rest}"


_Named = tuple[str, str, str]  # id, type, name
_Reader = Callable[[Wild, _Place], _Named]


def _instance(told: Wild, place: _Place) -> _Named:
    name = told.need("instanceDetails", "instanceId")
    return place.arn("ec2", f"instance/{name}"), "AwsEc2Instance", name


def _access_key(told: Wild, place: _Place) -> _Named:
    details = told.at("accessKeyDetails")
    user, kind = details.first("userName", "principalId", "accessKeyId"), details.text("userType")
    if not user:
        raise details.bad("neither userName nor principalId nor accessKeyId is there")
    if kind == "Root":
        return place.arn("iam", "root", regional=False), "AwsIamUser", user
    shelf, word = ("role", "AwsIamRole") if kind in {"AssumedRole", "Role"} else ("user", "AwsIamUser")
    return place.arn("iam", f"{shelf}/{user}", regional=False), word, user


def _bucket(told: Wild, place: _Place) -> _Named:
    bucket = next(told.items("s3BucketDetails"), told.at("s3BucketDetails"))
    name = bucket.need("name")
    return bucket.text("arn") or f"arn:{place.partition}:s3:::{name}", "AwsS3Bucket", name


def _named(details: str, key: str, kind: str) -> _Reader:
    def read(told: Wild, place: _Place) -> _Named:
        identity = told.need(details, key)
        return identity, kind, told.text(details, "name") or identity.rpartition("/")[2].rpartition(":")[2]

    return read


def _database(told: Wild, place: _Place) -> _Named:
    details = told.at("rdsDbInstanceDetails")
    name = details.need("dbInstanceIdentifier")
    return details.text("dbInstanceArn") or place.arn("rds", f"db:{name}"), "AwsRdsDbInstance", name


_READERS: Mapping[str, tuple[str, _Reader]] = {
    "Instance": ("instanceDetails", _instance),
    "AccessKey": ("accessKeyDetails", _access_key),
    "S3Bucket": ("s3BucketDetails", _bucket),
    "S3Object": ("s3BucketDetails", _bucket),
    "EKSCluster": ("eksClusterDetails", _named("eksClusterDetails", "arn", "AwsEksCluster")),
    "ECSCluster": ("ecsClusterDetails", _named("ecsClusterDetails", "arn", "AwsEcsCluster")),
    "Lambda": ("lambdaDetails", _named("lambdaDetails", "functionArn", "AwsLambdaFunction")),
    "RDSDBInstance": ("rdsDbInstanceDetails", _database),
}


def resource_of(record: Wild) -> tuple[Resource, tuple[str, ...]]:
    """The resource and what a person should know of how it was found. Raises Unreadable without an account."""
    place = _Place(record.text("partition") or "aws", record.text("region"), record.need("accountId"))
    told = record.at("resource") if record.get("resource") is not None else Wild({}, record, "resource")
    detail, reader = _READERS.get(told.text("resourceType"), ("", None))
    warnings: tuple[str, ...] = ()
    if reader is not None and told.get(detail):
        identity, kind, name = reader(told, place)
    elif affected := record.pairs("service", "action", "awsApiCallAction", "affectedResources"):
        kind, identity = min(affected.items())
        name = identity.rpartition("/")[2]
    else:
        identity, kind, name = f"AWS::::Account:{place.account}", "AwsAccount", place.account
        warnings = ("the finding names no resource that is known here; the account stands for it",)
    tags = {one.text("key"): one.text("value") for one in told.items("instanceDetails", "tags")}
    interface = next(told.items("instanceDetails", "networkInterfaces"), Wild({}))
    return (
        Resource(
            id=identity,
            type=kind,
            name=tags.get("Name") or name,
            provider="aws",
            account=place.account,
            region=place.region,
            cluster=told.text("eksClusterDetails", "name"),
            namespace=told.text("kubernetesDetails", "kubernetesWorkloadDetails", "namespace"),
            ip=interface.text("privateIpAddress"),
            tags=tags,
        ),
        warnings,
    )
