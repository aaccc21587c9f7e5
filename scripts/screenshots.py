"""``make screenshots``: the pictures of README and docs, taken from the pages of a running demo."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
LINK = re.compile(r"http://127\.0\.0\.1:\d+/sign-in\?token=\S+")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
DESKTOP, PHONE = {"width": 1180, "height": 960}, {"width": 390, "height": 844}
PORT, GATE = 8765, 8790

# Each is taken at both widths, the second as NAME-phone.
PAGES = (
    ("inbox", "/"),
    ("affected", "/affected?q=CVE-2014-0160"),
    ("audit", "/audit?from=2020-01-01&words=console"),
    ("acceptances", "/acceptances"),
    ("snoozed", "/snoozed"),
    ("policy", "/policy?person=ben&act=fix&on={case}"),
    ("quarantine", "/quarantine"),
)
GATE_CONFIG = f"""
public_url: http://127.0.0.1:{GATE}
listen: {{port: {GATE}}}
console:
  enabled: true
  oidc: {{issuer: "http://127.0.0.1:9", client_id: suture, client_secret: {{env: GATE_SECRET}}, name: Example ID}}
"""


async def main() -> None:
    """Start the demo, sign in, decide a few things, look at each page, stop the demo."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright, _started("demo", "--port", str(PORT)) as demo:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        link = await asyncio.wait_for(_link(demo), 120)
        case = await _as_ana(await _signed_in(browser, link))
        await _as_sue(await _signed_in(browser, await _link_of(demo, "sue")), case)
        await browser.close()
    with tempfile.TemporaryDirectory() as folder:
        await _gate(Path(folder))


@asynccontextmanager
async def _started(*words: str, **variables: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """``suture`` with these words, until the end of the ``with``."""
    command = [sys.executable, "-u", "-m", "bot.cli", *words]
    running = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, env=os.environ | variables
    )
    try:
        yield running
    finally:
        running.terminate()
        await running.wait()


async def _link_of(demo: asyncio.subprocess.Process, person: str) -> str:
    """A link of that person, as whoever watches the demo gets one: by typing the name."""
    assert demo.stdin is not None
    demo.stdin.write(f"{person}\n".encode())
    return await asyncio.wait_for(_link(demo), 120)


async def _link(demo: asyncio.subprocess.Process) -> str:
    """The next one-time link that the demo prints."""
    assert demo.stdout is not None
    said = ""
    while True:
        said += (await demo.stdout.readline()).decode(errors="replace")
        found = LINK.search(said.replace("\n", " "))
        if found:
            return found.group(0)


async def _signed_in(browser: Browser, link: str) -> Page:
    page = await (await browser.new_context(viewport=DESKTOP)).new_page()
    await page.goto(link)
    await page.get_by_role("button", name="Sign in").click()
    return page


async def _as_ana(page: Page) -> str:
    """She fixes the case in the middle of the story and snoozes another; returns the first one's number."""
    base = f"http://127.0.0.1:{PORT}"
    case = await _heartbleed(page, base)
    await page.goto(base + case)
    await page.get_by_role("button", name="Fix now").first.click()
    await page.wait_for_timeout(6000)
    await page.goto(base + case)
    await _take(page, "case")
    await page.set_viewport_size(PHONE)
    await _take(page, "case-phone")
    for other in await _others(page, f"{base}/?state=open&team=payments", case, 1):
        await _decide(page, base + other, "Snooze…", span="1d")
    return case.rpartition("/")[2]


async def _as_sue(page: Page, case: str) -> None:
    """She accepts two risks, and sees what nobody owns."""
    base = f"http://127.0.0.1:{PORT}"
    reasons = (
        "The vendor's release mends it on Monday.",
        "Behind the edge's filter; Platform replaces it this spring.",
    )
    others = await _others(page, f"{base}/?state=open", f"/cases/{case}", 2)
    for address, reason in zip(others, reasons, strict=True):
        await _decide(page, base + address, "Accept risk…", reason=reason, until="")
    for size, ending in ((DESKTOP, ""), (PHONE, "-phone")):
        await page.set_viewport_size(size)
        for name, address in PAGES:
            await page.goto(base + address.format(case=case))
            await _take(page, f"{name}{ending}")


async def _heartbleed(page: Page, base: str) -> str:
    """The path of the case in the middle of the story, once its alert has come in."""
    for _ in range(60):
        await page.goto(base + "/")
        found = page.get_by_role("link", name=re.compile("Heartbleed|CVE-2014-0160"))
        if await found.count():
            return str(await found.first.get_attribute("href"))
        await page.wait_for_timeout(2000)
    raise RuntimeError("no Heartbleed case came in within two minutes")


async def _others(page: Page, address: str, case: str, count: int) -> list[str]:
    """The paths of so many other cases of that list, most urgent first, once they have come in."""
    for _ in range(60):
        await page.goto(address)
        found = [await link.get_attribute("href") for link in await page.locator("td.what > a").all()]
        others = [str(path) for path in found if path and path != case]
        if len(others) >= count:
            return others[:count]
        await page.wait_for_timeout(2000)
    raise RuntimeError(f"fewer than {count} other cases came in within two minutes")


async def _decide(page: Page, address: str, button: str, **inputs: str) -> None:
    """Press a button of a case and fill its form; a date left empty is the latest one allowed."""
    await page.goto(address)
    await page.get_by_role("button", name=button.rstrip("…")).first.click()
    for name, text in inputs.items():
        field = page.locator(f"#input-{name}")
        if name == "span":
            await field.select_option(text)
        else:
            await field.fill(text or str(await field.get_attribute("max")))
    await page.get_by_role("button", name=button.rstrip("…")).click()


async def _gate(folder: Path) -> None:
    """The page that a stranger meets where the company's own sign-in is configured."""
    (folder / "suture.yaml").write_text(GATE_CONFIG, encoding="utf-8")
    words = ("serve", "--config", str(folder))
    variables = {
        "GATE_SECRET": "of-no-provider",
        "SUTURE_DATA": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/x.db",
    }
    async with async_playwright() as playwright, _started(*words, **variables):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for size, ending in ((DESKTOP, ""), (PHONE, "-phone")):
            page = await browser.new_page(viewport=size)
            await _until_served(page, f"http://127.0.0.1:{GATE}/")
            await _take(page, f"sign-in{ending}")
        await browser.close()


async def _until_served(page: Page, address: str) -> None:
    for _ in range(60):
        try:
            await page.goto(address)
            return
        except PlaywrightError:
            await page.wait_for_timeout(500)
    raise RuntimeError(f"nothing is served at {address}")


async def _take(page: Page, name: str) -> None:
    await page.screenshot(path=IMAGES / f"{name}.png", full_page=False)


if __name__ == "__main__":
    asyncio.run(main())
