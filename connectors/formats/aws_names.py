"""AWS's resources under the names an inventory knows: ARNs, and one word for each type.

AWS tells types in two ways: CloudFormation's (``AWS::EC2::SecurityGroup``; so do Config, Access Analyzer and OCSF), and
Security Hub's (``AwsEc2SecurityGroup``), which is the one used here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]*):(\d{12}|):(.+)", re.ASCII)
_CAPITALS = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z]|$|\d)")
_SERVICES = {"ElasticLoadBalancingV2": "Elbv2", "ElasticLoadBalancing": "Elb"}
_IMAGE = re.compile(r"arn:[a-z-]+:ecr:([a-z0-9-]+):(\d{12}):repository/(.+?)(?:/sha256:[0-9a-f]{64})?", re.ASCII)
_VERSIONED = re.compile(r"(arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[^:]+):[^:]+", re.ASCII)
_UNIQUE = re.compile(r"arn:.+|[a-z]+-[0-9a-f]{8,32}|A[A-Z0-9]{15,}|db-[A-Z0-9]{20,}|AWS::::Account:\d{12}", re.ASCII)
_ARNS: Mapping[str, str] = {  # type -> the ARN of a resource whose id is all that is told
    "AwsEc2Instance": "ec2:{region}:{account}:instance/{id}",
    "AwsEc2NetworkAcl": "ec2:{region}:{account}:network-acl/{id}",
    "AwsEc2SecurityGroup": "ec2:{region}:{account}:security-group/{id}",
    "AwsEc2Subnet": "ec2:{region}:{account}:subnet/{id}",
    "AwsEc2Volume": "ec2:{region}:{account}:volume/{id}",
    "AwsEc2Vpc": "ec2:{region}:{account}:vpc/{id}",
    "AwsKmsKey": "kms:{region}:{account}:key/{id}",
    "AwsLambdaFunction": "lambda:{region}:{account}:function:{id}",
    "AwsS3Bucket": "s3:::{id}",
}


class Arn(NamedTuple):
    """What an ARN says of its resource; each may be "" (a bucket's ARN has neither region nor account)."""

    region: str
    account: str
    name: str


def read_arn(told: str) -> Arn:
    """The parts of an ARN; of another text only the name, which is its last part."""
    found = _ARN.fullmatch(told)
    rest = found.group(3) if found else told
    name = rest.rpartition("/")[2].rpartition(":")[2]
    return Arn(found.group(1), found.group(2), name) if found else Arn("", "", name)


def type_of(told: str) -> str:
    """Security Hub's word for a type told in CloudFormation's way; another word stays as it is."""
    parts = told.split("::")
    if len(parts) != 3 or parts[0] != "AWS":
        return told
    if not parts[1]:
        return f"Aws{parts[2]}"  # AWS::::Account
    service = _SERVICES.get(parts[1]) or parts[1][0] + (parts[1][1:].lower() if parts[1].isupper() else parts[1][1:])
    service = "Ec2" if service == "EC2" else service
    return f"Aws{service}{_CAPITALS.sub(lambda found: found.group().capitalize(), parts[2])}"


def name_of(kind: str, told: str, account: str, region: str) -> str:
    """The resource's ARN where its type and id make one, else a name that no other account has.

    ``kind`` is :func:`type_of`'s word.
    """
    if kind == "AwsAccount":
        return f"AWS::::Account:{account}"
    if kind in _ARNS and not told.startswith("arn:"):
        partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
        return f"arn:{partition}:" + _ARNS[kind].format(id=told, account=account, region=region)
    return told if _UNIQUE.fullmatch(told) else ":".join(part for part in (kind, account, region, told) if part)


def pulled_from(registry: str, region: str, repository: str) -> str:
    """The address of a repository of images, as whoever pulls from it has it."""
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"{registry}.dkr.ecr.{region}.{domain}/{repository}"


def lasting_name(arn: str) -> str:
    """What an image or a function is called whichever version of it an ARN names; "" of all else."""
    if image := _IMAGE.fullmatch(arn):
        return pulled_from(image.group(2), image.group(1), image.group(3))
    function = _VERSIONED.fullmatch(arn)
    return function.group(1) if function else ""


def holder_of_key(account: str, holder: str, sort: str, partition: str = "aws") -> tuple[str, str]:
    """The ARN and type of the user or role that an access key is of, by the name and the type of its holder."""
    if sort == "Root":
        return f"arn:{partition}:iam::{account}:root", "AwsIamUser"
    shelf = "role" if sort in {"AssumedRole", "Role"} else "user"
    return f"arn:{partition}:iam::{account}:{shelf}/{holder}", f"AwsIam{shelf.capitalize()}"
