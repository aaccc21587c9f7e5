"""A person signs in, fixes and undoes in a real browser on a phone's screen, without a line of JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from bot.store.sessions import create_link
from tests.stories.test_the_main_road import open_group, open_port, rules_of
from tests.stories.world import World

__all__ = ["open_group"]


@pytest.mark.browser
async def test_sign_in_fix_and_undo(world: World, open_group: str, page: Page) -> None:
    await world.alert(**open_port(open_group))
    async with world.wiring.store.write() as connection:
        await create_link(connection, "ana", "one-time-token", world.wiring.clock() + timedelta(minutes=15))

    await page.goto(f"{world.url}/sign-in?token=one-time-token")
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name=f"SSH is open to the world on {open_group}").click()

    await page.get_by_role("button", name="Fix now for ").click()
    plan = page.get_by_role("region", name="Plan")
    await expect(plan).to_contain_text("0.0.0.0/0", timeout=20_000)
    await plan.get_by_role("button", name="Fix now").click()
    await expect(page.locator(".badges")).to_contain_text("MITIGATED", timeout=30_000)
    assert rules_of(world, open_group) == []
    await expect(page.get_by_role("region", name="Latest run")).to_contain_text("Ana Sousa")

    await page.get_by_role("button", name="Undo for ").click()
    await expect(page.get_by_text("exactly as it was found")).to_be_visible()
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(page.get_by_role("region", name="Latest run")).to_contain_text("Undo of", timeout=30_000)
    await expect(page.locator(".badges")).to_contain_text("open", timeout=30_000)
    assert [rule["CidrIp"] for rule in rules_of(world, open_group)] == ["0.0.0.0/0"]
