"""The world of the stories, seen through a real browser: Debian's Chromium, without JavaScript."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright

from tests.stories.conftest import (
    changed,
    cloud,
    cloud_url,
    fixes,
    jira,
    jira_for_all,
    jira_more,
    policy,
    slack_for_all,
    world,
)

__all__ = [
    "changed",
    "cloud",
    "cloud_url",
    "fixes",
    "jira",
    "jira_for_all",
    "jira_more",
    "page",
    "policy",
    "slack_for_all",
    "world",
]

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(QUIET))
        context = await browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
        yield await context.new_page()
        await browser.close()
