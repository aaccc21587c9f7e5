"""Pictures of the console's pages that only a running chat leads to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Page

from bot.store.sessions import create_link
from scripts.small_png import save
from tests.stories.world import World


async def signed_in(browser: Browser, world: World, person: str) -> Page:
    """A desk at which they have signed in by a one-time link."""
    async with world.wiring.store.write() as connection:
        await create_link(connection, person, "one-time", world.clock() + timedelta(minutes=15))
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(f"{world.url}/sign-in?token=one-time")
    await page.get_by_role("button", name="Sign in").click()
    return page


async def photograph(page: Page, images: Path, name: str) -> None:
    """The page as it stands, on a desk and on a phone."""
    save(await page.screenshot(full_page=True), images / f"{name}.png")
    await page.set_viewport_size({"width": 390, "height": 844})
    save(await page.screenshot(full_page=True), images / f"{name}-phone.png")
