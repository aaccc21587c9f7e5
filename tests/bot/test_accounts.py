"""A fix acts only where the configuration says we may: account, region, and write credentials."""

from __future__ import annotations

import pytest

from bot.accounts import HeldAccounts
from bot.settings import Account, Credentials
from connectors.contract.failure import NeedsHuman
from connectors.contract.fix import Target

HELD = HeldAccounts(
    (Account(platform="aws", id="111122223333", name="shop", regions=("eu-west-1",), read=Credentials(profile="read")),)
)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (Target("444455556666", "eu-west-1", "sg-1"), "not among accounts"),
        (Target("111122223333", "us-east-1", "sg-1"), "not among the regions of shop"),
        (Target("", "", ""), "not among accounts"),
    ],
)
def test_what_is_not_ours_is_refused_in_words(target: Target, why: str) -> None:
    with pytest.raises(NeedsHuman, match=why):
        HELD.read(target)
    with pytest.raises(NeedsHuman, match=why):
        HELD.write(target)


def test_an_account_without_write_credentials_cannot_be_changed() -> None:
    with pytest.raises(NeedsHuman, match="no write credentials"):
        HELD.write(Target("111122223333", "eu-west-1", "sg-1"))


def test_one_way_is_kept_for_one_account_and_purpose() -> None:
    target = Target("111122223333", "eu-west-1", "sg-1")
    assert HELD.read(target) is HELD.read(target)
