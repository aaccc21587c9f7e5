"""The page behind a button of Teams: it shows, it never acts, and each link that cannot be pressed says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.tables import audit, cases, click, metadata, offer
from tests.bot.web.console_browser import Console, Forms, console_of, finding, words_of, write_config
from tests.databases import Clock
from tests.whole_policy import add_rule


async def links(console: Console) -> dict[str, str]:
    """The address behind each act of the case, by its name, once its card has been shown."""
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    await console.page("/cases/S-1")
    made = {row.act: await console.wiring.links.to(row.id) for row in await console.rows(offer)}
    return {act: address.removeprefix("https://suture.example.com") for act, address in made.items()}


async def test_a_link_shows_the_case_and_the_act_and_asks(console: Console) -> None:
    address = (await links(console))["acknowledge"]
    page = await console.page(address)

    words = words_of(page)
    assert "I'm on it: CVE-2014-0160 in openssl" in words.replace("&#39;", "'")
    assert "S-1, Payments, environment unknown" in words
    assert "If we wait: security risk" in words
    assert "Nothing has been done yet; it is done when you press, as Ana Sousa." in words
    assert [action for action, fields, _ in Forms(page).found if "offer" in fields] == ["/press"]


async def test_opening_it_decides_nothing_however_often_a_preview_does(console: Console) -> None:
    addresses = await links(console)
    watched = [table for table in metadata.sorted_tables if table.name != "offer"]
    before = [await console.rows(table) for table in watched]
    for address in addresses.values():
        for _ in range(3):
            await console.page(address)
    assert [await console.rows(table) for table in watched] == before
    for address in addresses.values():
        assert (await console.http.post(address)).status_code == 405


async def test_pressing_it_is_a_click_like_any_other(console: Console) -> None:
    address = (await links(console))["acknowledge"]
    answered = await console.press(address, "I'm on it")

    assert (answered.status_code, answered.headers["location"]) == (303, "/cases/S-1")
    (case,) = await console.rows(cases)
    assert (case.state, case.assignee) == ("acknowledged", "ana")
    assert ("ana", "acknowledge", "done") in [(row.who, row.act, row.outcome) for row in await console.rows(audit)]


async def test_an_act_that_asks_more_asks_it(console: Console) -> None:
    address = (await links(console))["snooze"]
    form = await console.press(address, "Snooze…")
    await console.submit(form.text, "Snooze", span="4h")

    (case,) = await console.rows(cases)
    assert case.state == "snoozed"


async def test_the_same_form_sent_twice_is_one_press(console: Console) -> None:
    page = await console.page((await links(console))["acknowledge"])
    for _ in range(2):
        assert (await console.submit(page, "I'm on it")).status_code == 303
    assert len(await console.rows(click)) == 1


async def test_a_link_that_was_used_says_so_and_who_it_was(console: Console) -> None:
    address = (await links(console))["acknowledge"]
    await console.press(address, "I'm on it")
    console.clock.advance(minutes=5)
    page = words_of(await console.page(address, 409)).replace("&#39;", "'")

    assert "No longer possible: I'm on it" in page
    assert "S-1 is acknowledged now. Ana Sousa pressed I'm on it 2026-03-02 09:00 UTC, 5 minutes ago." in page
    assert "To S-1" in page


async def test_an_act_that_can_be_repeated_says_who_did_it_before(console: Console) -> None:
    address = (await links(console))["accept-risk"]
    form = await console.press(address, "Accept risk…")
    reason = "The host is switched off on Friday."
    await console.submit(form.text, "Accept risk", reason=reason, until="2026-03-10")

    assert "Ana Sousa pressed Accept risk 2026-03-02 09:00 UTC" in words_of(await console.page(address))


async def test_an_old_link_leads_to_the_live_case(console: Console) -> None:
    address = (await links(console))["acknowledge"]
    console.clock.advance(hours=12)
    await console.sign_in("ana")
    page = words_of(await console.page(address, 410))

    assert "That link is too old" in page
    assert "To S-1" in page


@pytest.mark.parametrize("change", ["cut", "other offer", "later", "nonsense"])
async def test_a_link_that_is_not_ours_leads_nowhere(console: Console, change: str) -> None:
    made = await links(console)
    address = made["acknowledge"]
    stated, _, signature = address.rpartition(".")
    changed = {
        "cut": stated,
        "other offer": f"{made['snooze'].rpartition('.')[0]}.{signature}",
        "later": f"{stated}9.{signature}",
        "nonsense": "/confirm/x",
    }[change]

    assert "That link leads nowhere" in words_of(await console.page(changed, 404))


async def test_a_link_of_ours_to_a_button_that_is_gone_leads_nowhere(console: Console) -> None:
    await console.sign_in("ana")
    address = await console.wiring.links.to("never-shown")

    await console.page(address.removeprefix("https://suture.example.com"), 404)


async def test_a_link_is_no_identity(console: Console) -> None:
    address = (await links(console))["acknowledge"]
    console.http.cookies.clear()
    page = await console.page(address, 401)

    assert "Please sign in" in page
    assert "openssl" not in page


async def test_who_may_not_see_the_case_learns_nothing_of_it(console: Console) -> None:
    address = (await links(console))["acknowledge"]
    await console.sign_in("ben")

    assert "openssl" not in await console.page(address, 404)


async def test_who_may_see_and_not_act_is_told_who_could(database_url: str, tmp_path: Path, clock: Clock) -> None:
    config = write_config(tmp_path)
    add_rule(config, "  - {who: {people: [ben]}, acts: [view], environments: any}")
    console = console_of(config, database_url, clock)
    await console.wiring.engine.start(worker=False)
    address = (await links(console))["acknowledge"]
    await console.sign_in("ben")
    page = await console.page(address, 403)

    assert "Who could: Ana Sousa." in words_of(page)
    assert [action for action, fields, _ in Forms(page).found if "offer" in fields] == []
    await console.http.aclose()
    await console.wiring.engine.stop(grace=1)
    await console.wiring.close()
