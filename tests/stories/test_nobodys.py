"""What nobody owns has a place to go, and whoever takes it has taught us for the next time."""

from __future__ import annotations

from bot.store import tables as t
from tests.stories.world import World

PRINTER = {"id": "printer-7", "type": "host"}


async def test_mine_moves_the_case_and_the_next_finding_goes_there_at_once(world: World) -> None:
    await world.alert(title="Default password", rule="r-1", resource=PRINTER)
    card = await world.card("security", "Default password")
    assert "Mine" in [button.label for button in card.again().buttons]
    assert "nobody owns it" in card.shown

    await world.press("security", "Default password", "Mine", by="ben")
    theirs = await world.card("payments", "Default password")
    assert "Mine" not in [button.label for button in theirs.again().buttons]

    await world.alert(title="Open telnet", rule="r-2", resource=PRINTER)
    await world.card("payments", "Open telnet")
    owners = {row.title: row.owner for row in await world.rows(t.cases)}
    assert owners == {"Default password": "payments", "Open telnet": "payments"}


async def test_not_ours_hands_it_over_and_is_remembered(world: World) -> None:
    await world.alert(title="Old kernel", rule="r-3", resource={"id": "shop-9", "type": "host"})
    await world.press("payments", "Old kernel", "Not ours…", by="ben")
    form = await world.form("ben", "Whose is it?")
    await world.submit(form, by="ben", team="security")

    await world.card("security", "Old kernel")
    await world.alert(title="Old kernel modules", rule="r-4", resource={"id": "shop-9", "type": "host"})
    await world.card("security", "Old kernel modules")
