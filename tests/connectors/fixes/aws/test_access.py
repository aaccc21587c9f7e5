"""The way into an account: the right account or none, secrets that do not show, boto3 only when it is needed."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.failure import NeedsHuman, Retriable
from connectors.fixes.aws.access import AccountOptions, AwsAccess, Purpose
from tests.connectors.fixes.aws.conftest import ROLE, options
from tests.fakes.cloud import ACCOUNT, REGION, FakeCloud

OTHER = "444455556666"


def keys_of(cloud: FakeCloud, account: str) -> dict[str, str]:
    keys = cloud.credentials(account)
    return {
        "access_key_id": keys["aws_access_key_id"],
        "secret_access_key": keys["aws_secret_access_key"],
        "session_token": keys["aws_session_token"],
    }


def test_keys_of_the_account_are_let_through(cloud: FakeCloud) -> None:
    access = AwsAccess(options(cloud.url, Purpose.READ, role_arn="", **keys_of(cloud, ACCOUNT)))
    assert access.client("ec2", REGION).describe_vpcs()["Vpcs"]


def test_keys_of_another_account_are_not_used(cloud: FakeCloud) -> None:
    access = AwsAccess(options(cloud.url, Purpose.WRITE, role_arn="", **keys_of(cloud, OTHER)))
    with pytest.raises(NeedsHuman, match=f"write credentials .* account {ACCOUNT} belong to account {OTHER}"):
        access.client("ec2", REGION)


def test_a_role_is_assumed_with_the_external_id_and_named_for_its_purpose(cloud: FakeCloud) -> None:
    access = AwsAccess(options(cloud.url, Purpose.READ, external_id="made-up-external-id"))
    identity = access.client("sts", REGION).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/suture/suture-read"


def test_a_profile_is_a_way_in(cloud: FakeCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = cloud.credentials(ACCOUNT)
    lines = ["[reader]", *(f"{name} = {value}" for name, value in keys.items())]
    (tmp_path / "credentials").write_text("\n".join(lines))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    way = {"account": ACCOUNT, "purpose": Purpose.READ, "endpoint_url": cloud.url}
    access = AwsAccess(AccountOptions(profile="reader", **way))
    assert access.client("sts", REGION).get_caller_identity()["Account"] == ACCOUNT
    with pytest.raises(NeedsHuman, match="nobody"):
        AwsAccess(AccountOptions(profile="nobody", **way)).client("ec2", REGION)


def test_an_account_without_any_credentials_says_so(
    cloud: FakeCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    access = AwsAccess(options(cloud.url, Purpose.READ, access_key_id="", secret_access_key=""))
    with pytest.raises(NeedsHuman, match="no credentials found to assume"):
        access.client("ec2", REGION)
    nothing = AwsAccess(AccountOptions(account=ACCOUNT, purpose=Purpose.READ, endpoint_url=cloud.url))
    with pytest.raises(NeedsHuman, match=r"sts:GetCallerIdentity: .* Unable to locate credentials"):
        nothing.client("ec2", REGION)


def test_an_endpoint_that_is_down_is_retriable() -> None:
    with pytest.raises(Retriable, match="could not be reached"):
        AwsAccess(options("http://127.0.0.1:9", Purpose.READ)).client("ec2", REGION)


def test_threads_share_one_client(read: AwsAccess) -> None:
    with ThreadPoolExecutor(8) as threads:
        clients = list(threads.map(lambda _: read.client("ec2", REGION), range(32)))
    assert len({id(client) for client in clients}) == 1


def test_what_writes_is_never_repeated_by_the_sdk(read: AwsAccess, write: AwsAccess) -> None:
    assert write.client("ec2", REGION).meta.config.retries["total_max_attempts"] == 1
    usual = AccountOptions(account=ACCOUNT, purpose=Purpose.READ, role_arn=ROLE)
    assert usual.read_attempts > 1


def test_secrets_do_not_show() -> None:
    secrets = {"secret_access_key": "s3cr3t-one", "session_token": "s3cr3t-two", "external_id": "s3cr3t-three"}
    made = options("http://127.0.0.1:9", Purpose.READ, **secrets)
    assert "s3cr3t" not in repr(made) + repr(AwsAccess(made)) + str(vars(AwsAccess)["__repr__"])
    assert repr(AwsAccess(made)) == f"AwsAccess({ACCOUNT}, read)"


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"account": "1111", "profile": "p"}, "twelve digits"),
        ({"account": "１１１１２２２２３３３３", "profile": "p"}, "twelve digits"),
        ({"role_arn": f"arn:aws:iam::{OTHER}:role/suture"}, "a role of this account"),
        ({"role_arn": "suture"}, "a role of this account"),
        ({"access_key_id": "AKIAEXAMPLE"}, "go together"),
        ({"profile": "p", "access_key_id": "AKIAEXAMPLE", "secret_access_key": "made-up"}, "not both"),
    ],
)
def test_options_that_are_not_clear_are_refused(told: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        AccountOptions(**{"account": ACCOUNT, "purpose": Purpose.READ, **told})


def in_a_fresh_python(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_the_fixes_do_not_import_boto3() -> None:
    modules = "connectors.fixes.aws.access, connectors.fixes.aws.close_open_port, connectors.fixes.aws.block_public_s3"
    loaded = f"import sys, {modules}; print([m for m in sys.modules if m.split('.')[0] in ('boto3', 'botocore')])"
    assert in_a_fresh_python(loaded) == "[]"


def test_without_boto3_a_person_is_told_what_to_install() -> None:
    code = f"""
import sys
sys.modules["boto3"] = sys.modules["botocore"] = None
from connectors.contract.failure import NeedsHuman
from connectors.fixes.aws.access import AccountOptions, AwsAccess, Purpose
try:
    AwsAccess(AccountOptions(account="{ACCOUNT}", purpose=Purpose.READ, profile="p")).client("ec2", "{REGION}")
except NeedsHuman as told:
    print(told)
"""
    assert in_a_fresh_python(code) == 'boto3 is not installed, and AWS needs it: pip install "suture[aws]"'
