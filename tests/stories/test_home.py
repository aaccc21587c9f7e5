"""The app's own page in Slack: what is mine, and what I signed for that ends soon."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from tests.stories.on_the_home_page import page
from tests.stories.world import World


async def test_my_cases_and_the_risks_i_signed_for(world: World) -> None:
    assert "Risks I accepted that end soon: none." in await page(world, "U0ANA", "My open cases: none.")
    for number, title in enumerate(("Old kernel", "Old cipher"), start=1):
        await world.alert(title=title, rule=f"r-{number}", severity="low", resource={"id": "shop-1", "type": "host"})
    await page(world, "U0ANA", "My open cases: 2 cases")

    await world.press("payments", "Old cipher", "Accept risk…", by="ana")
    until = date.today() + timedelta(days=7)  # noqa: DTZ011 - the form's own day
    form = await world.form("ana", "Accept risk")
    await world.submit(form, by="ana", reason="The host is switched off next week.", until=str(until))
    shown = await page(world, "U0ANA", "Risks I accepted that end soon: 1")
    assert f"Old cipher · ends {until} 23:59 UTC, in 7 days · The host is switched off next week." in shown

    theirs = await page(world, "U0BEN", "My open cases: 2 cases")
    assert "Risks I accepted that end soon: none." in theirs


async def test_a_guests_page_says_why_it_is_empty(world: World) -> None:
    await asyncio.to_thread(lambda: world.slack.add_person("U0GUEST", "guest", restricted=True))
    assert "My open cases" not in await page(world, "U0GUEST", "Guests of this workspace")
