"""What people name when they ask about policy: a case by its number, or anything by its name, as an alert would."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import case_name, case_number
from bot.model.ownership import Ownership
from bot.model.permission import Place
from bot.settings import Settings
from bot.store.cases import case_by_id
from bot.store.context import asset_and_learned
from connectors.contract.finding import Resource


async def place_of(connection: AsyncConnection, settings: Settings, words: str) -> Place | None:
    """The case or asset of that name; None for a case that does not exist.

    A name that nobody knows has an owner too: the one that an alert about it would get now.
    """
    number = case_number(words)
    if number is None:
        return await _asset(connection, settings, words)
    case = await case_by_id(connection, number)
    if case is None:
        return None
    return Place(
        name=case_name(number),
        title=case["title"],
        owner=case["owner"],
        owner_why=case["owner_why"],
        environment=case["environment"],
    )


async def _asset(connection: AsyncConnection, settings: Settings, name: str) -> Place:
    asset, learned = await asset_and_learned(connection, name)
    account = (asset.account if asset else "") or _account_of(name)
    plain = asset is None and "/" not in name and ":" not in name
    told = Resource(id=name, type="host" if plain else "", name=name, account=account)
    owner = Ownership(settings.owner_rules, settings.catch_all).owner_of(told, asset=asset, learned=learned)
    held = settings.account(account)
    return Place(
        name=name,
        title=asset.name if asset and asset.name != name else "",
        owner=owner.team,
        owner_why=owner.why,
        environment=(asset.environment if asset else "") or (held.environment if held else ""),
    )


def _account_of(name: str) -> str:
    """The account of an ARN (``arn:partition:service:region:account:resource``), "" of anything else."""
    parts = name.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[0] == "arn" else ""
