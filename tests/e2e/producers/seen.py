"""What a report comes to: a card in its owner's channel and nowhere else, and the same card once the cause is gone."""

from __future__ import annotations

from typing import Any

from tests.e2e.producers.repository import NAME
from tests.stories.world import World


async def told(world: World, source: str, report: bytes, containing: str, findings: int, of: str = NAME) -> Any:
    """The owner's card, once a report with so many findings has been read; nothing of it was set aside."""
    said = await world.report(source, report, of)
    assert (said["state"], said["findings"], said["new"], said["quarantined"]) == ("done", findings, findings, 0), said
    return await told_to_payments_alone(world, containing)


async def told_to_payments_alone(world: World, containing: str) -> Any:
    """The card, which the owner has and the team for what nobody owns has not."""
    card = await world.card("payments", containing)
    await world.all_told()
    elsewhere = [message.shown for message in world.channel("security").messages()]
    assert elsewhere == []
    return card


async def fixed(world: World, source: str, report: bytes, card: Any, of: str = NAME) -> None:
    """A report in which the finding is missing, or passes, resolves it; the card that was told says so."""
    said = await world.report(source, report, of)
    assert (said["state"], said["new"], said["quarantined"]) == ("done", 0, 0), said
    await says_fixed(world, card)


async def says_fixed(world: World, card: Any) -> None:
    def look() -> bool:
        return "Fixed. Nothing is left to do." in card.again().shown

    await world.eventually(look, f"an end on the card {card.shown!r}")
