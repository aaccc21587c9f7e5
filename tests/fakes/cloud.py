"""A cloud to try fixes on: moto's server in a process of its own, spoken to over the wire like AWS itself."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

import boto3
import httpx2
from botocore.config import Config

from tests.plain_http import NO_TLS

ACCOUNT = "111122223333"
REGION = "eu-west-1"
IMAGE = "ami-12c6146b"  # one of those that moto knows from the start

# The server tells its port, then waits for its standard input to end: it cannot outlive the process that started it.
_SERVER = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""
# A bucket of another account is refused, as ExpectedBucketOwner makes S3 do.
_SETTINGS = {"MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false"}


class FakeCloud:
    """One moto server. ``url`` is its endpoint; things are made in ``ACCOUNT`` and ``REGION`` unless told otherwise."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process = process
        self._lock = threading.Lock()
        self._sessions: dict[str, boto3.Session] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}
        self.url = url

    @classmethod
    def start(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Start a server on a free port. ``environment`` adds to the (nearly empty) environment it runs in."""
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**_SETTINGS, **(environment or {})},
        )
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port.isdigit():
            raise RuntimeError(f"moto's server did not start (exit code {process.wait(10)})")
        return cls(process, f"http://127.0.0.1:{port}")

    def stop(self) -> None:
        """End the server; everything in it is gone."""
        for client in self._clients.values():
            client.close()
        self._process.terminate()
        self._process.communicate(timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def client(self, service: str, account: str = ACCOUNT, region: str = REGION) -> Any:
        """A boto3 client with every right in ``account``; the same one when asked again, since making one is slow."""
        key = (service, account, region)
        with self._lock:
            if account not in self._sessions:
                self._sessions[account] = boto3.Session(**self.credentials(account))
            if key not in self._clients:
                session = self._sessions[account]
                self._clients[key] = session.client(service, region_name=region, endpoint_url=self.url)
            return self._clients[key]

    def credentials(self, account: str = ACCOUNT) -> dict[str, str]:
        """Keys of ``account``, by assuming a role there: moto then takes the account from the key."""
        first = Config(retries={"total_max_attempts": 1})
        sts = boto3.Session("anyone", "anything").client("sts", REGION, endpoint_url=self.url, config=first)
        role = f"arn:aws:iam::{account}:role/builder"
        keys = sts.assume_role(RoleArn=role, RoleSessionName="builder")["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }

    def access_key(self, name: str, policy: Mapping[str, Any], account: str = ACCOUNT) -> tuple[str, str]:
        """A person's access key (id, secret) with exactly this policy; it counts once ``enforce_policies`` is on."""
        iam = self.client("iam", account)
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    def enforce_policies(self, on: bool) -> None:
        """From now on every call is checked against its key's signature and policies, or no longer is."""
        answer = httpx2.post(f"{self.url}/moto-api/reset-auth", content=b"0" if on else b"inf", verify=NO_TLS)
        answer.raise_for_status()

    def network(self, account: str = ACCOUNT) -> tuple[str, str]:
        """A VPC and a subnet in it: their ids."""
        ec2 = self.client("ec2", account)
        vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        return vpc, ec2.create_subnet(VpcId=vpc, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]

    def security_group(
        self, vpc: str, name: str, permissions: Sequence[Mapping[str, Any]] = (), account: str = ACCOUNT
    ) -> str:
        """A security group; ``permissions`` in EC2's own words, see :func:`opening`. Returns its id."""
        ec2 = self.client("ec2", account)
        group: str = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        for permission in permissions:
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
        return group

    def instance(self, subnet: str, group: str) -> str:
        """A running instance whose interface is in ``group``; returns its id."""
        launched = self.client("ec2").run_instances(
            ImageId=IMAGE, MinCount=1, MaxCount=1, InstanceType="t3.micro", SubnetId=subnet, SecurityGroupIds=[group]
        )
        instance: str = launched["Instances"][0]["InstanceId"]
        return instance

    def interface(self, subnet: str, group: str, description: str = "") -> str:
        """A network interface in ``group`` that no instance has; a load balancer's is known by its description."""
        made = self.client("ec2").create_network_interface(SubnetId=subnet, Groups=[group], Description=description)
        interface: str = made["NetworkInterface"]["NetworkInterfaceId"]
        return interface

    def bucket(self, name: str, account: str = ACCOUNT) -> str:
        """An empty bucket with neither policy nor public access block; returns its name."""
        place = {"LocationConstraint": REGION}
        self.client("s3", account).create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return name


def opening(port: int, to_port: int | None = None, *, protocol: str = "tcp", **text: str) -> dict[str, Any]:
    """A permission for the whole IPv4 internet; ``Description="…"`` may be given."""
    last = port if to_port is None else to_port
    source = {"CidrIp": "0.0.0.0/0", **text}
    return {"IpProtocol": protocol, "FromPort": port, "ToPort": last, "IpRanges": [source]}


def opening_ipv6(port: int, to_port: int | None = None, *, protocol: str = "tcp", **text: str) -> dict[str, Any]:
    """The same for the whole IPv6 internet."""
    last = port if to_port is None else to_port
    source = {"CidrIpv6": "::/0", **text}
    return {"IpProtocol": protocol, "FromPort": port, "ToPort": last, "Ipv6Ranges": [source]}
