"""``python -m tests.e2e.slack_pictures IMAGES``: what people see in Slack, drawn from the JSON that Slack was sent.

The messages come from the running application, over the same requests as anywhere else.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from scripts.console_pages import LINK
from scripts.slack_screens import channel, home, modal, thread
from scripts.small_png import save
from tests.databases import Databases
from tests.e2e.conftest import QUIET
from tests.e2e.photographs import photograph, signed_in
from tests.fakes.cloud import FakeCloud, opening
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeSlack
from tests.stories.fixing import form_after, plan_of
from tests.stories.in_slack import NO_LIMITS, in_slack
from tests.stories.open_port import open_port
from tests.stories.organisation import CHANNELS, PEOPLE
from tests.stories.test_linked_account import PHONE, address_for
from tests.stories.world import World

NAMES = {"U0ANA": "Ana Sousa", "U0ANA2": "Ana Sousa", "U0BEN": "Ben Okoro", "U0SUE": "Sue Lind"}
POLICY = """
rules:
  - {who: anyone, acts: [view, mine], environments: any}
  - {who: owner, acts: [ticket, acknowledge, assign, snooze, not-ours, template-done], environments: any}
  - {who: owner, acts: [fix, undo, approve, stop], environments: any, fixes: any}
  - {who: lead, acts: [accept-risk], environments: any}
levels:
  - {environments: any, level: L2}
"""
WIDTHS = (("", 760), ("-phone", 390))
Screens = Mapping[str, str]


def main(images: Path) -> None:
    """Let alerts come in and people decide, then draw what Slack was sent."""
    with (
        tempfile.TemporaryDirectory() as name,
        FakeSlack(limits=NO_LIMITS) as slack,
        FakeCloud.start() as cloud,
        FakeJira() as jira,
    ):
        jira.project("PAY")
        jira.project("SEC")
        folder = Path(name)
        asyncio.run(_pictures(folder, Databases(folder).fresh("sqlite"), (slack, cloud, jira), images))


async def _pictures(folder: Path, database: str, fakes: tuple[FakeSlack, FakeCloud, FakeJira], images: Path) -> None:
    async with in_slack(folder, database, *fakes, policy=POLICY) as world, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(QUIET))
        for name, page in (await _screens(world)).items():
            await _take(browser, page, images / name)
        page = await signed_in(browser, world, "ana")
        await page.goto(await address_for(world, PHONE, "anas phone"))
        await photograph(page, images, LINK.name)
        await browser.close()


async def _screens(world: World) -> Screens:
    """The story of one port, seen at each of its turns."""
    assert world.cloud is not None
    vpc, _ = world.cloud.network()
    group = world.cloud.security_group(vpc, "shop", [opening(22, Description="for the contractor")])
    await _other_findings(world)
    await world.alert(**open_port(group))
    fresh = _of(await world.card("payments", group))
    plan = await plan_of(world, group, "ana")
    accept = await form_after(world, "Old kernel", "Accept risk…", by="ana")
    await world.submit(plan, by="ana")
    waiting = await world.card("payments", "Waits for approval.")
    asked = _of(waiting.again())
    page = await _home_of(world, "ben", "Approvals that wait for me: 1")
    question = await form_after(world, group, "Approve…", by="ben")
    await world.submit(question, by="ben")
    await world.said_in_thread("payments", group, "Fixed at run time and verified")
    done = (await world.card("payments", "MITIGATED")).again()
    await asyncio.to_thread(_asks_for_the_digest, world)
    digest = await world.card("payments", "Payments: ")
    return {
        "slack-card": channel("payments", [fresh], NAMES),
        "slack-plan": modal(plan.content, NAMES),
        "slack-approval": channel("payments", [asked], NAMES),
        "slack-approve": modal(question.content, NAMES),
        "slack-thread": thread(_of(done), [_of(reply) for reply in done.replies], NAMES),
        "slack-done": channel("payments", [_of(done)], NAMES),
        "slack-accept": modal(accept.content, NAMES),
        "slack-home": home(page, NAMES),
        "slack-digest": channel("payments", [_of(digest)], NAMES),
    }


async def _other_findings(world: World) -> None:
    for number, (title, severity) in enumerate((("Old kernel", "high"), ("Old cipher", "low"), ("Miner", "critical"))):
        host = {"id": f"shop-{number + 1}", "type": "host"}
        kind = "detection" if title == "Miner" else "vulnerability"
        await world.alert(title=title, rule=f"r-{number}", severity=severity, kind=kind, resource=host)


def _asks_for_the_digest(world: World) -> None:
    world.slack.command("/suture", "digest payments --share", by=PEOPLE["ben"], channel=CHANNELS["payments"])


async def _home_of(world: World, person: str, containing: str) -> dict[str, Any]:
    """Their own page of the app, once it says this."""

    def look() -> dict[str, Any] | None:
        world.slack.open_home(by=PEOPLE[person])
        view: dict[str, Any] | None = world.slack.act("homes").get(PEOPLE[person])
        return view if view and containing in str(view) else None

    found: dict[str, Any] = await world.eventually(look, f"{containing!r} on {person}'s page")
    return found


def _of(message: Any) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks}


async def _take(browser: Browser, page: str, picture: Path) -> None:
    """Both widths, as high as the screen is long."""
    for ending, width in WIDTHS:
        shown = await browser.new_page(viewport={"width": width, "height": 100})
        await shown.set_content(page)
        assert await shown.evaluate("document.documentElement.scrollWidth") <= width, f"{picture.name} is too wide"
        save(await shown.screenshot(full_page=True), picture.with_name(f"{picture.name}{ending}.png"))
        await shown.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
