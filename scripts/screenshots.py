"""``make screenshots``: every page of the console on a desk and on a phone, from a running demo, into docs/images."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Page, sync_playwright

from bot.demo.house import first_free_port
from bot.demo.morning import Morning, begun
from bot.demo.telling import Teller, until
from scripts.console_pages import GATE, PAGES, Picture
from scripts.scene import set_scene
from scripts.small_png import save

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
# Width and height in CSS pixels, and how much of a longer page is shown.
DESK, PHONE = (1280, 800, 1240), (390, 844, 1300)
PORT = 8765
_GATE_CONFIG = """
public_url: http://127.0.0.1:{port}
listen: {{port: {port}}}
console:
  enabled: true
  oidc: {{issuer: "http://127.0.0.1:9", client_id: suture, client_secret: {{env: GATE_SECRET}}, name: Example ID}}
"""


def main() -> None:
    """Play the demo, look at each page with somebody's eyes, stop the demo."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        with begun(Teller(), once=True, port=PORT) as morning:
            cases = set_scene(morning)
            pages = {person: _signed_in(browser, morning, person) for person in sorted({one.by for one in PAGES})}
            for one in PAGES:
                _take(pages[one.by], one, morning.house.url + one.address.format(**cases))
        with _gate() as address:
            _take(_somebody(browser), GATE, address + GATE.address)
        browser.close()


def _somebody(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}).new_page()


def _signed_in(browser: Browser, morning: Morning, person: str) -> Page:
    page = _somebody(browser)
    page.goto(morning.house.link_for(person))
    page.get_by_role("button", name="Sign in").click()
    return page


def _take(page: Page, one: Picture, address: str) -> None:
    """The page at both widths. Raises AssertionError when it is wider than a phone."""
    for (width, height, most), ending in ((DESK, ""), (PHONE, "-phone")):
        page.set_viewport_size({"width": width, "height": height})
        _open(page, one, address)
        wide, high = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert wide <= width, f"{one.name} is {wide} pixels wide where there are {width}"
        clip = {"x": 0, "y": 0, "width": width, "height": min(high, most)}
        save(page.screenshot(full_page=True, clip=clip), IMAGES / f"{one.name}{ending}.png")  # type: ignore[arg-type]


def _open(page: Page, one: Picture, address: str) -> None:
    page.goto(address)
    if one.words:
        page.get_by_label("Ask as in the chat").fill(one.words)
        page.get_by_role("button", name="Ask").click()
    if one.press:
        page.locator("form", has_text=one.press).get_by_role("button").first.click()
    while page.locator('meta[http-equiv="refresh"]').count():  # a plan is being read
        page.wait_for_timeout(200)


@contextmanager
def _gate() -> Iterator[str]:
    """A Suture at which nobody is signed in, and where the company's own sign-in is configured."""
    port = first_free_port(PORT)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "suture.yaml").write_text(_GATE_CONFIG.format(port=port), encoding="utf-8")
        data = {"SUTURE_DATA": folder, "DATABASE_URL": f"sqlite:///{folder}/gate.db", "GATE_SECRET": "of-no-provider"}
        command = [sys.executable, "-m", "bot.cli", "serve", "--config", folder]
        served = subprocess.Popen(command, env=os.environ | data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        try:
            until(lambda: _answers(address), address)
            yield address
        finally:
            served.terminate()
            served.wait()


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/readyz", trust_env=False, timeout=2).status_code == 200
    except httpx2.TransportError:
        return False


if __name__ == "__main__":
    main()
