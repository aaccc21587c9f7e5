"""What people see of a finding: a card in its owner's channel and nowhere else, and the same card once it is gone."""

from __future__ import annotations

from typing import Any

from tests.stories.world import World


async def told_to_payments_alone(world: World, containing: str) -> Any:
    """The card, which the owner has and the team for what nobody owns has not."""
    await world.all_told()
    card = await world.card("payments", containing)
    assert "FIXED" not in card.shown, card.shown
    elsewhere = [message.shown for message in world.channel("security").messages()]
    assert not [shown for shown in elsewhere if containing in shown], elsewhere
    return card


async def fixed_on_the_same_card(world: World, told: Any) -> None:
    """Nothing is left to do, and the message that was told says so."""

    def look() -> bool:
        return "FIXED" in told.again().shown

    await world.eventually(look, f"FIXED on {told.shown!r}")
