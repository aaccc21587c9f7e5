"""``python -m tests.e2e.teams_pictures RENDERER IMAGES``: a card of Teams, and the page that its button opens.

Both come from the running application. The card is drawn by Microsoft's own renderer, in RENDERER, where
scripts/need-adaptivecards put it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from scripts.small_png import save
from tests.databases import Databases
from tests.e2e.conftest import QUIET
from tests.e2e.photographs import photograph, signed_in
from tests.fakes.cloud import FakeCloud, opening
from tests.fakes.teams.card import Shown
from tests.fakes.teams.endpoint import FakeTeams
from tests.stories.in_teams import card, in_teams
from tests.stories.open_port import open_port
from tests.stories.world import World

_PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 24px; background: #f5f5f5; }
#post { background: #fff; border: 1px solid #e1e1e1; border-radius: 6px; width: 720px; }
.ac-pushButton { background: #fff; border: 1px solid #d1d1d1; border-radius: 4px; font: 600 14px 'Segoe UI', sans-serif;
  min-height: 32px; padding: 4px 16px; margin: 2px 0; }
.ac-pushButton.style-positive { background: #5b5fc7; border-color: #5b5fc7; color: #fff; }
.ac-pushButton.style-destructive { color: #c4314b; border-color: #c4314b; }
</style><div id="post"></div>"""
_DRAW = """([card, settings]) => {
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.hostConfig = new AdaptiveCards.HostConfig(settings);
  drawn.parse(card);
  document.getElementById("post").appendChild(drawn.render());
}"""


def main(renderer: Path, images: Path) -> None:
    """Let an alert become a card, open its button, take the pictures."""
    with tempfile.TemporaryDirectory() as name, FakeTeams() as teams, FakeCloud.start() as cloud:
        database = Databases(Path(name)).fresh("sqlite")
        asyncio.run(pictures(Path(name), database, cloud, teams, renderer, images))


async def pictures(
    folder: Path, database: str, cloud: FakeCloud, teams: FakeTeams, renderer: Path, images: Path
) -> None:
    async with in_teams(folder, database, cloud, teams) as world, async_playwright() as playwright:
        vpc, _ = cloud.network()
        group = cloud.security_group(vpc, "shop", [opening(22, Description="for the contractor")])
        await world.alert(**open_port(group))
        shown = await card(teams, group)
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(QUIET))
        await draw(browser, shown.card, renderer, images / "teams-card.png")
        await confirm(browser, world, shown, images)
        await browser.close()


async def draw(browser: Browser, content: dict[str, Any], renderer: Path, picture: Path) -> None:
    """One card in the looks of Teams."""
    settings = renderer / "adaptivecards-designer" / "lib" / "hostConfigs" / "microsoft-teams-light.json"
    page = await browser.new_page(viewport={"width": 770, "height": 900})
    await page.set_content(_PAGE)
    await page.add_script_tag(path=renderer / "adaptivecards" / "dist" / "adaptivecards.min.js")
    await page.evaluate(_DRAW, [content, json.loads(settings.read_text(encoding="utf-8"))])
    save(await page.locator("#post").screenshot(), picture)


async def confirm(browser: Browser, world: World, shown: Shown, images: Path) -> None:
    """The page behind *Fix now…*, on a desk and on a phone, once the plan is read."""
    page = await signed_in(browser, world, "ana")
    while not await page.get_by_role("region", name="Plan").count():
        await page.goto(shown.buttons["Fix now…"])
    await photograph(page, images, "teams-confirm")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
