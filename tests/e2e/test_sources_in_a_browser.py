"""A source is connected and a shape learned in a real browser: a light without reload, pages as wide as a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from bot.store.sessions import create_link
from tests.stories.world import World

UNKNOWN = {"hits": [{"name": "Telnet is open", "check": "t-1", "risk": "HIGH", "host": "shop-9.example.com"}]}
PHONE = 390


async def sue_looks(world: World, page: Page) -> None:
    async with world.wiring.store.write() as connection:
        await create_link(connection, "sue", "one-time-token", world.wiring.clock() + timedelta(minutes=15))
    await page.goto(f"{world.url}/sign-in?token=one-time-token")
    await page.get_by_role("button", name="Sign in").click()


async def fits(page: Page) -> None:
    """Nothing sticks out of the screen: no script runs, so the boxes are asked."""
    for name in ("main", "header.top"):
        box = await page.locator(name).bounding_box()
        assert box is not None
        assert box["width"] <= PHONE, (name, box)
    for each in await page.locator("main .panel, main iframe, main textarea, main tr").all():
        box = await each.bounding_box()
        assert box is None or box["x"] + box["width"] <= PHONE, (await each.inner_text(), box)


@pytest.mark.browser
async def test_the_light_turns_green_and_a_shape_is_learned(world: World, page: Page) -> None:
    await sue_looks(world, page)
    await page.get_by_role("link", name="Sources").click()
    await fits(page)
    await page.get_by_role("link", name="Any tool that can post JSON").click()
    await fits(page)
    light = page.frame_locator("iframe.light").get_by_role("status")
    await expect(light).to_contain_text("Nothing has come yet.")

    await world.alert(**UNKNOWN)
    await expect(light).to_contain_text("Received.", timeout=15_000)
    await expect(light).to_contain_text("0 findings, 1 quarantined")
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.reload()
    await expect(light).to_contain_text("Last received")
    said, frame = await light.bounding_box(), await page.locator("iframe.light").bounding_box()
    assert said is not None
    assert frame is not None
    assert said["y"] + said["height"] <= frame["y"] + frame["height"], "the light's last line is cut off"
    await page.set_viewport_size({"width": PHONE, "height": 844})

    await page.goto(f"{world.url}/quarantine?source=generic")
    await page.get_by_role("link", name="Look closer").click()
    await fits(page)
    await page.get_by_role("button", name="Try it on this body").click()
    await expect(page.get_by_role("region", name="What it would make")).to_contain_text("Telnet is open")
    await fits(page)
