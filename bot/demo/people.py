"""The people of the story at their browsers: they read pages and press the buttons that are there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.demo.browser import Browser, Page
from bot.demo.telling import DidNotHappen, expect, until


class AtConsole:
    """One person, signed in to the console by a one-time link."""

    def __init__(self, person: str, home: str, link: str) -> None:
        self.person = person
        self._browser = Browser(home)
        page = self._browser.open(link)
        expect(len(page.forms) > 0, f"the sign-in page answered {page.status} and has no button")
        page = self._browser.press(page, page.buttons()[0])
        expect(page.status == 200 and not page.url.endswith("/sign-in"), f"{person} could not sign in: {page.text}")

    def close(self) -> None:
        """Close the browser."""
        self._browser.close()

    def open(self, address: str) -> Page:
        """Go to an address of the console."""
        page = self._browser.open(address)
        expect(page.status == 200, f"{page.url} answered {page.status}: {page.text[:300]}")
        return page

    def cases(self, *words: str) -> list[Page]:
        """The pages of the cases in the inbox that say all of this."""
        inbox = self.open("/?state=all")
        addresses = dict.fromkeys(a for _, a in inbox.links if "/cases/" in a and a.rsplit("/", 1)[-1].startswith("S-"))
        return [page for page in map(self.open, addresses) if page.says(*words)]

    def case(self, *words: str) -> Page:
        """The one case that says all of this; it is an error if there are more, or none."""
        found = self.cases(*words)
        expect(len(found) == 1, f"{len(found)} cases say {', '.join(words)}, where one was expected")
        return found[0]

    def press(self, page: Page, label: str, inputs: Mapping[str, str] | None = None) -> Page:
        """Press a button. Raises DidNotHappen when it is not there."""
        try:
            return self._browser.press(page, label, inputs)
        except LookupError as missing:
            raise DidNotHappen(str(missing)) from missing

    def plan(self, case: Page, label: str) -> Page:
        """Press *Fix now…* and wait for the plan, which is read from the cloud meanwhile."""
        address = self.press(case, label).url
        return until(lambda: self._shown(address, "Fix now", "could not be read", "Nothing to do"), "the plan")

    def _shown(self, address: str, button: str, *problems: str) -> Page | None:
        page = self.open(address)
        for problem in problems:
            expect(problem not in page.text, f"the page says: {page.line(problem)}")
        return page if button in page.buttons() else None

    def wait_for(self, case: Page, *words: str) -> Page:
        """Look at the case again until it says all of this."""
        address = case.url.partition("?")[0].partition("#")[0]

        def look() -> Page | None:
            page = self.open(address)
            expect("last run ended as" not in page.text, f"the page says: {page.line('last run ended as')}")
            return page if page.says(*words) else None

        return until(look, f"{address} to say {', '.join(words)}")


def in_days(days: int) -> str:
    """A date as a form takes it."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
