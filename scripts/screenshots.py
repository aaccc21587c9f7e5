"""``make screenshots``: the pictures of README and docs, taken from the pages of a running demo."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in\?token=\S+")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
DESKTOP, PHONE = {"width": 1180, "height": 960}, {"width": 390, "height": 844}


async def main() -> None:
    """Start the demo, sign in, look at each page, stop the demo."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-u", "-m", "bot.cli", "demo", "--port", "8765"]
    demo = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        link = await asyncio.wait_for(_link(demo), 120)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            await _pictures(browser, link)
            await browser.close()
    finally:
        demo.terminate()
        await demo.wait()


async def _link(demo: asyncio.subprocess.Process) -> str:
    """The one-time link, as soon as the demo prints it; what it prints afterwards is read and thrown away."""
    assert demo.stdout is not None
    said = ""
    while True:
        said += (await demo.stdout.readline()).decode(errors="replace")
        found = LINK.search(said.replace("\n", " "))
        if found:
            asyncio.get_running_loop().create_task(demo.stdout.read())
            return found.group(0)


async def _pictures(browser: Browser, link: str) -> None:
    page = await browser.new_page(viewport=DESKTOP)
    await page.goto(link)
    await page.get_by_role("button").first.click()
    base = link.partition("/sign-in")[0]
    case = await _heartbleed(page, base)
    await page.goto(case)
    await page.get_by_role("button", name="Fix now").first.click()
    await page.wait_for_timeout(6000)
    await page.goto(case)
    await _take(page, "case")
    for name, path in (("inbox", "/"), ("affected", "/affected?q=CVE-2014-0160"), ("audit", "/audit")):
        await page.goto(base + path)
        await _take(page, name)
    await page.set_viewport_size(PHONE)
    for name, url in (("inbox-phone", base + "/"), ("case-phone", case)):
        await page.goto(url)
        await _take(page, name)


async def _heartbleed(page: Page, base: str) -> str:
    """The address of the case in the middle of the story, once its alert has come in."""
    for _ in range(60):
        await page.goto(base + "/")
        found = page.get_by_role("link", name=re.compile("Heartbleed|CVE-2014-0160"))
        if await found.count():
            return base + str(await found.first.get_attribute("href"))
        await page.wait_for_timeout(2000)
    raise RuntimeError("no Heartbleed case came in within two minutes")


async def _take(page: Page, name: str) -> None:
    await page.screenshot(path=IMAGES / f"{name}.png", full_page=False)


if __name__ == "__main__":
    asyncio.run(main())
