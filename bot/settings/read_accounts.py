"""The ``accounts`` of config/suture.yaml: where fixes may read, and where they may write."""

from __future__ import annotations

import re

from bot.settings.read_secret import read_secret
from bot.settings.scalars import Check
from bot.settings.section import Section
from bot.settings.units import check_address
from bot.settings.values import Account, Credentials

PLATFORMS = ("aws",)
_AWS_ACCOUNT = re.compile(r"[0-9]{12}\Z")
_AWS_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]\Z")
_AWS_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+\Z")


def read_accounts(top: Section) -> tuple[Account, ...]:
    return tuple(_account(section) for section in top.sections("accounts"))


def _account(section: Section) -> Account:
    account_id = section.required("id", check=_shaped(_AWS_ACCOUNT, "write the 12 digits of the account, in quotes"))
    if account_id:
        section.notebook.declare("account", account_id, section.at("id"))
    if not section.has("read"):
        section.missing("read", "write how to read the account, such as {profile: NAME} or {role_arn: ARN}")
    return Account(
        platform=section.text("platform", "aws", check=_platform),
        id=account_id,
        name=section.text("name", account_id),
        environment=section.name("environment", "environment"),
        regions=section.texts("regions", check=_shaped(_AWS_REGION, "write a region such as eu-west-1")),
        endpoint_url=section.text("endpoint_url", check=check_address),
        read=_credentials(section.section("read")),
        write=_credentials(section.section("write")) if section.has("write") else None,
    )


def _credentials(section: Section) -> Credentials:
    credentials = Credentials(
        profile=section.text("profile"),
        role_arn=section.text("role_arn", check=_shaped(_AWS_ROLE, "write arn:aws:iam::<account>:role/<name>")),
        external_id=section.text("external_id"),
        access_key_id=section.text("access_key_id"),
        secret_access_key=read_secret(section, "secret_access_key"),
        session_token=read_secret(section, "session_token"),
    )
    if section.has("access_key_id") != section.has("secret_access_key"):
        section.notebook.problem(section.place, "access_key_id and secret_access_key go together", "write both")
    if section.has("profile") and section.has("access_key_id"):
        section.notebook.problem(section.place, "a profile and an access key at once", "write one of them")
    return credentials


def _platform(text: str) -> None:
    if text not in PLATFORMS:
        raise ValueError(f"write one of: {', '.join(PLATFORMS)}")


def _shaped(shape: re.Pattern[str], remedy: str) -> Check:
    def check(text: str) -> None:
        if not shape.match(text):
            raise ValueError(remedy)

    return check
