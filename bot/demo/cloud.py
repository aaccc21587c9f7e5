"""The demo's cloud: moto's server in a process of its own, spoken to like AWS itself, ended with the demo."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

ACCOUNT = "111122223333"
REGION = "eu-west-1"
OFFICE = "198.51.100.0/24"
WORLD = "0.0.0.0/0"
_IMAGE = "ami-12c6146b"  # one of those that moto knows from the start
_BUCKET, _STAGING_BUCKET = "example-shop-receipts", "example-shop-staging-receipts"

# The server tells its port, then waits for its standard input to end: it cannot outlive the demo.
_SERVER = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """What was made in the account: ids as the cloud gave them."""

    backoffice_group: str
    edge_group: str
    hosts: dict[str, str]  # name: instance id
    bucket: str
    staging_bucket: str


class Cloud:
    """One moto server and the shop's account in it. The demo looks here for what is true, never at Suture."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={"PATH": os.environ.get("PATH", "")},
        )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        if not port.isdigit():
            raise OSError(f"moto's server did not start (exit code {self._process.wait(10)})")
        self.url = f"http://127.0.0.1:{port}"
        self._clients: dict[str, Any] = {}
        self._keys = self._assume()

    def stop(self) -> None:
        """End the server; everything in it is gone."""
        self._process.terminate()
        self._process.communicate(timeout=10)

    def _assume(self) -> dict[str, str]:
        """Keys of the shop's account: moto takes the account from the role that was assumed."""
        role = f"arn:aws:iam::{ACCOUNT}:role/builder"
        answered = self._make("sts", {"aws_access_key_id": "anyone", "aws_secret_access_key": "anything"})
        keys = answered.assume_role(RoleArn=role, RoleSessionName="builder")["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }

    def _make(self, service: str, keys: dict[str, str]) -> Any:
        import boto3
        from botocore.config import Config

        config = Config(proxies={}, retries={"total_max_attempts": 2})
        return boto3.Session(**keys).client(service, region_name=REGION, endpoint_url=self.url, config=config)

    def client(self, service: str) -> Any:
        """boto3's client with every right in the shop's account."""
        if service not in self._clients:
            self._clients[service] = self._make(service, self._keys)
        return self._clients[service]

    def build(self) -> Shop:
        """The shop as it stands this morning: four hosts, two groups too open, two buckets anyone can read."""
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
        ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
        backoffice = self._group(vpc, "backoffice", "Back office of Payments")
        edge = self._group(vpc, "edge", "Edge proxy")
        self.open_port(backoffice, 443, "for the auditors, remove after March")
        self.open_port(backoffice, 22, "for the contractor")
        self.open_port(backoffice, 443, "the office", OFFICE)
        self.open_port(edge, 443, "the shop's customers")
        hosts = {f"backoffice_{number}": self._host(subnet, backoffice) for number in (1, 2, 3)}
        hosts["edge_1"] = self._host(subnet, edge)
        return Shop(backoffice, edge, hosts, self._public_bucket(_BUCKET), self._public_bucket(_STAGING_BUCKET))

    def _group(self, vpc: str, name: str, description: str) -> str:
        made = self.client("ec2").create_security_group(GroupName=name, Description=description, VpcId=vpc)
        return str(made["GroupId"])

    def _host(self, subnet: str, group: str) -> str:
        launched = self.client("ec2").run_instances(
            ImageId=_IMAGE, MinCount=1, MaxCount=1, InstanceType="t3.micro", SubnetId=subnet, SecurityGroupIds=[group]
        )
        return str(launched["Instances"][0]["InstanceId"])

    def _public_bucket(self, name: str) -> str:
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}, ACL="public-read")
        return name

    def open_port(self, group: str, port: int, why: str, cidr: str = WORLD) -> None:
        """Let ``cidr`` reach a TCP port of ``group``."""
        source = {"CidrIp": cidr, "Description": why}
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [source]}
        self.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])

    def may_reach(self, group: str, port: int) -> list[str]:
        """Which networks may reach this port of ``group``, as the cloud itself says now."""
        answered = self.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        return sorted(
            source["CidrIp"]
            for permission in answered["IpPermissions"]
            if permission.get("FromPort") == port
            for source in permission["IpRanges"]
        )

    def who_reads(self, bucket: str) -> str:
        """Whether strangers may read ``bucket``, as the cloud itself says now by its four flags against that."""
        from botocore.exceptions import ClientError

        try:
            flags = self.client("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        except ClientError as answered:
            if answered.response["Error"]["Code"] != "NoSuchPublicAccessBlockConfiguration":
                raise
            return "anybody"
        return "nobody from outside" if len(flags) == 4 and all(flags.values()) else "anybody"
