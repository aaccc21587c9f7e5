"""What waits by somebody's word: accepted risks and snoozed cases, each for who may see the case."""

from __future__ import annotations

import re

from tests.bot.web.console_browser import Console, finding, words_of


async def accept(
    console: Console,
    case: str,
    until: str,
    reason: str = "the vendor mends it in May",
    button: str = "Accept risk…",
    control: str = "",
) -> None:
    form = await console.press(f"/cases/{case}", button)
    answered = await console.submit(form.text, "Accept risk", reason=reason, until=until, control=control)
    assert answered.status_code == 303, answered.text


async def snooze(console: Console, case: str, span: str) -> None:
    form = await console.press(f"/cases/{case}", "Snooze…")
    assert (await console.submit(form.text, "Snooze", span=span)).status_code == 303


def order(page: str) -> list[str]:
    return re.findall(r"<code>(S-\d+)</code>", page)


async def test_accepted_risks_are_listed_by_when_they_end(console: Console) -> None:
    await console.report(finding("pay-1"), finding("pay-2", "CVE-2024-3094"), finding("db-1"))
    await console.sign_in("ana")
    assert "No accepted risk" in await console.page("/acceptances")
    await accept(console, "S-1", "2026-03-20", control="the port is filtered at the edge")
    await accept(console, "S-2", "2026-03-07", "<b>soon</b> over, we hope")

    page = await console.page("/acceptances")
    assert order(page) == ["S-2", "S-1"]
    said = words_of(page)
    assert "soon 2026-03-07 in 5 days" in said
    assert "Ana Sousa 2026-03-02 the vendor mends it in May Instead: the port is filtered at the edge" in said
    assert "<b>soon" not in page
    assert 'href="/cases/S-1" aria-label="Renew or end on S-1"' in page

    await accept(console, "S-2", "2026-03-30", "the vendor is late once more", "Renew acceptance…")
    assert order(await console.page("/acceptances")) == ["S-1", "S-2"]
    await console.sign_in("ben")
    assert "No accepted risk" in await console.page("/acceptances")


async def test_snoozed_cases_are_listed_by_when_they_wake(console: Console) -> None:
    await console.report(finding("pay-1"), finding("pay-2", "CVE-2024-3094"))
    await console.sign_in("ana")
    assert "Nothing sleeps" in await console.page("/snoozed")
    await snooze(console, "S-1", "1d")
    await snooze(console, "S-2", "4h")

    page = await console.page("/snoozed")
    assert order(page) == ["S-2", "S-1"]
    assert "2026-03-02 13:00 UTC in 4 hours" in words_of(page)
    assert "Ana Sousa" in words_of(page.partition("<table")[2])

    assert (await console.press("/cases/S-2", "I'm on it")).status_code == 303  # awake again
    assert order(await console.page("/snoozed")) == ["S-1"]
    await console.sign_in("ben")
    assert "Nothing sleeps" in await console.page("/snoozed")


async def test_both_are_for_who_is_signed_in_and_stand_in_the_navigation(console: Console) -> None:
    for address in ("/acceptances", "/snoozed", "/policy"):
        await console.page(address, 401)
    await console.sign_in("ana")
    page = await console.page("/acceptances")
    assert '<a href="/acceptances" aria-current="page">' in page
    assert '<a href="/snoozed">' in page
