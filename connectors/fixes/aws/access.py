"""The way into one AWS account with one purpose: boto3's clients, once AWS has said that it is the configured account.

boto3 is an extra, so it is imported on first use and not before.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, partial
from typing import Any

from connectors.contract.failure import NeedsHuman
from connectors.fixes.aws.arn import is_account
from connectors.fixes.aws.failures import ask

_ROLE = re.compile(r"arn:aws(?:-[a-z]+)*:iam::([0-9]{12}):role/[\w+=,.@/-]{1,512}", re.ASCII)


class Purpose(StrEnum):
    """What the credentials are for. A plan gets read access, applying gets write access, of that account only."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOptions:
    """One account, one purpose, one way in: a profile, an access key, or neither: the machine's own credentials.

    With ``role_arn`` these only serve to assume that role. Timeouts are seconds. Raises ValueError when the account or
    the role is malformed, or the way in is not clear.
    """

    account: str
    purpose: Purpose
    profile: str = ""
    role_arn: str = ""
    external_id: str = field(default="", repr=False)
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    endpoint_url: str = ""  # another place that speaks AWS's protocol: a VPC endpoint, an emulator
    connect_timeout: float = 5.0
    read_timeout: float = 20.0
    read_attempts: int = 4

    def __post_init__(self) -> None:
        if not is_account(self.account):
            raise ValueError(f"account {self.account!r}: an AWS account is twelve digits")
        role = _ROLE.fullmatch(self.role_arn)
        if self.role_arn and (role is None or role[1] != self.account):
            raise ValueError(f"account {self.account}: role_arn must be a role of this account, not {self.role_arn!r}")
        if bool(self.access_key_id) != bool(self.secret_access_key):
            raise ValueError(f"account {self.account}: access_key_id and secret_access_key go together")
        if self.profile and self.access_key_id:
            raise ValueError(f"account {self.account}: give a profile or an access key, not both")


class AwsAccess:
    """The contract's Access for AWS. May be used from many threads; clients are made once per service and region."""

    def __init__(self, options: AccountOptions) -> None:
        self._options = options
        self._clients: dict[tuple[str, str], Any] = {}
        self._session: Any = None  # botocore's sessions are not for several threads, so the lock guards it
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"AwsAccess({self._options.account}, {self._options.purpose.value})"

    def client(self, service: str, region: str) -> Any:
        """boto3's client of ``service`` (``ec2``, ``s3``) in ``region``.

        Before the first one is handed out, AWS itself must say that these are credentials of the configured account.
        Raises NeedsHuman (another account, boto3 missing, credentials refused) or Retriable (AWS out of reach).
        """
        with self._lock:
            if self._session is None:
                self._session = self._proved(region)
            if (service, region) not in self._clients:
                self._clients[service, region] = self._make(self._session, service, region)
            return self._clients[service, region]

    def _proved(self, region: str) -> Any:
        """A session whose account AWS has confirmed."""
        _need_boto3()
        session = ask(partial(_open_session, self._options, region), "the AWS credentials")
        identity = ask(self._make(session, "sts", region).get_caller_identity, "sts:GetCallerIdentity")
        if identity["Account"] != self._options.account:
            raise NeedsHuman(
                f"the {self._options.purpose.value} credentials configured for AWS account {self._options.account} "
                f"belong to account {identity['Account']}: correct the account or the credentials in the config"
            )
        return session

    def _make(self, session: Any, service: str, region: str) -> Any:
        config, place = _client_config(self._options), _place(self._options, region)
        return ask(partial(session.create_client, service, config=config, **place), f"the {service} client")


def _need_boto3() -> None:
    try:
        import botocore  # noqa: F401  boto3's core is all that is needed; whether it is there is the question
    except ImportError as missing:
        raise NeedsHuman('boto3 is not installed, and AWS needs it: pip install "suture[aws]"') from missing


def _client_config(options: AccountOptions) -> Any:
    """Timeouts and repeats. What writes is sent once: a lost answer is looked into, never repeated by the SDK."""
    from botocore.config import Config

    attempts = options.read_attempts if options.purpose is Purpose.READ else 1
    return Config(
        connect_timeout=options.connect_timeout,
        read_timeout=options.read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        user_agent_extra="suture",
    )


@cache
def _models() -> Any:
    """AWS's service descriptions, tens of megabytes once read: one copy for all accounts."""
    from botocore.loaders import create_loader

    return create_loader()


def _open_session(options: AccountOptions, region: str) -> Any:
    """A session with the configured credentials; for a role, one that assumes it again before it expires."""
    base = _bare_session(options.profile)
    if options.access_key_id:
        base.set_credentials(options.access_key_id, options.secret_access_key, options.session_token or None)
    return _in_role(base, options, region) if options.role_arn else base


def _bare_session(profile: str) -> Any:
    from botocore.session import Session

    session = Session(profile=profile or None)
    session.register_component("data_loader", _models())
    return session


def _in_role(base: Any, options: AccountOptions, region: str) -> Any:
    from botocore.credentials import AssumeRoleCredentialFetcher, CredentialResolver

    source = base.get_credentials()
    if source is None:
        raise NeedsHuman(f"AWS account {options.account}: no credentials found to assume {options.role_arn} with")
    more = {"ExternalId": options.external_id} if options.external_id else {}
    fetcher = AssumeRoleCredentialFetcher(
        partial(base.create_client, config=_client_config(options), **_place(options, region)),
        source,
        options.role_arn,
        extra_args={"RoleSessionName": f"suture-{options.purpose.value}", **more},
    )
    session = _bare_session("")
    session.register_component("credential_provider", CredentialResolver([_RoleProvider(fetcher)]))
    return session


def _place(options: AccountOptions, region: str) -> dict[str, Any]:
    return {"region_name": region, "endpoint_url": options.endpoint_url or None}


class _RoleProvider:
    """botocore's way to be given credentials: it asks for them when the first request is signed, then on expiry."""

    METHOD = "suture-role"
    CANONICAL_NAME = None

    def __init__(self, fetcher: Any) -> None:
        self._fetcher = fetcher

    def load(self) -> Any:
        from botocore.credentials import DeferredRefreshableCredentials

        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)
