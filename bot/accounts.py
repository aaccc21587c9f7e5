"""The ways into the cloud accounts that may be read or changed, by the configuration and by nothing else."""

from __future__ import annotations

from bot.settings import Account, Credentials
from connectors.contract.failure import NeedsHuman
from connectors.contract.fix import Access, Target
from connectors.fixes.aws.access import AccountOptions, AwsAccess, Purpose


class HeldAccounts:
    """Ways into the accounts of config/suture.yaml, one per account and purpose, kept."""

    def __init__(self, accounts: tuple[Account, ...]) -> None:
        self._accounts = {account.id: account for account in accounts}
        self._ways: dict[tuple[str, Purpose], Access] = {}

    def read(self, target: Target) -> Access:
        """Read-only credentials for a target. Raises NeedsHuman for an account or region that is not ours."""
        return self._way(target, Purpose.READ)

    def write(self, target: Target) -> Access:
        """Write credentials for a target. Raises NeedsHuman for an account without them too: no fix runs there."""
        return self._way(target, Purpose.WRITE)

    def _way(self, target: Target, purpose: Purpose) -> Access:
        account_id = target.account
        account = self._accounts.get(account_id)
        if account is None:
            raise NeedsHuman(f"the account {account_id[:40]!r} is not among accounts in config/suture.yaml")
        if account.regions and target.region not in account.regions:
            raise NeedsHuman(f"the region {target.region[:40]!r} is not among the regions of {account.name}")
        credentials = account.read if purpose is Purpose.READ else account.write
        if credentials is None:
            raise NeedsHuman(f"the account {account.name} has no write credentials in config/suture.yaml")
        key = (account_id, purpose)
        if key not in self._ways:
            self._ways[key] = AwsAccess(_account_options(account, credentials, purpose))
        return self._ways[key]


def _account_options(account: Account, credentials: Credentials, purpose: Purpose) -> AccountOptions:
    secret, token = credentials.secret_access_key, credentials.session_token
    return AccountOptions(
        account=account.id,
        purpose=purpose,
        profile=credentials.profile,
        role_arn=credentials.role_arn,
        external_id=credentials.external_id,
        access_key_id=credentials.access_key_id,
        secret_access_key=secret.reveal() if secret else "",
        session_token=token.reveal() if token else "",
        endpoint_url=account.endpoint_url,
    )
