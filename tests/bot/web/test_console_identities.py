"""The page that ties an account of a chat to whoever is signed in: what it asks, and what it refuses."""

from __future__ import annotations

import pytest

from bot.model.identities import Account, Linked
from bot.store.identities import add_link, keep_request, link_of
from bot.store.tables import audit, link_request, linked_account
from tests.bot.web.console_browser import Console, Forms, words_of

TOKEN = "a-token-of-43-characters"
EVE = Account(chat="slack", id="T0:U0EVE", name="<b>eve</b>", email="")


async def asked(console: Console, account: Account = EVE, token: str = TOKEN) -> None:
    """Somebody typed ``/suture link`` in the chat."""
    now = console.clock()
    async with console.wiring.store.write() as connection:
        await keep_request(connection, account, token, now, now.replace(minute=15))


async def form(console: Console) -> dict[str, str]:
    """The fields of the question's form."""
    page = await console.page(f"/link/{TOKEN}")
    return next(fields for action, fields, _ in Forms(page).found if action == "/link")


async def test_reading_ties_nothing_and_a_press_does(console: Console) -> None:
    await asked(console)
    await console.sign_in("ana")
    for _ in range(3):
        page = await console.page(f"/link/{TOKEN}")
    assert "Link Slack member &lt;b&gt;eve&lt;/b&gt; (U0EVE, workspace T0) to Ana Sousa?" in page
    assert await console.rows(linked_account) == []

    assert (await console.http.post("/link", data=await form(console))).headers["location"] == "/me"
    assert "linked on 2026-03-02" in words_of(await console.page("/me"))
    (record,) = [row for row in await console.rows(audit) if row.act == "link"]
    assert (record.who, record.target, record.outcome, record.where_from) == (
        "ana",
        "slack T0:U0EVE",
        "done",
        "console:ana",
    )


@pytest.mark.parametrize("csrf", ["", "wrong"])
async def test_a_form_of_another_site_ties_nothing(console: Console, csrf: str) -> None:
    await asked(console)
    await console.sign_in("ana")
    fields = await form(console)
    assert (await console.http.post("/link", data=fields | {"csrf": csrf})).status_code == 403
    elsewhere = await console.http.post("/link", data=fields, headers={"origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    assert await console.rows(linked_account) == []
    assert len(await console.rows(link_request)) == 1


async def test_an_address_is_good_once_and_for_a_quarter_of_an_hour(console: Console) -> None:
    await console.page(f"/link/{TOKEN}", 401)
    await console.sign_in("ana")
    await console.page(f"/link/{TOKEN}", 410)
    await asked(console)
    fields = await form(console)
    console.clock.advance(minutes=15)
    await console.page(f"/link/{TOKEN}", 410)
    await console.http.post("/link", data=fields)
    assert "Nothing was linked." in await console.page("/me")
    assert await console.rows(linked_account) == []


async def test_what_is_anothers_is_refused_in_words_and_written_down(console: Console) -> None:
    await asked(console)
    await console.sign_in("ben")
    fields = await form(console)
    async with console.wiring.store.write() as connection:
        assert await add_link(connection, Linked(account=EVE, person="ana", at=console.clock()), None)

    assert "it is linked to Ana Sousa, who would have to unlink it first" in await console.page(f"/link/{TOKEN}", 409)
    await console.http.post("/link", data=fields)
    assert "it is linked to Ana Sousa" in await console.page("/me")
    (row,) = await console.rows(linked_account)
    assert row.person == "ana"
    (record,) = [row for row in await console.rows(audit) if row.act == "link"]
    assert (record.who, record.outcome) == ("ben", "refused")


async def test_what_somebody_linked_who_left_is_free(console: Console) -> None:
    async with console.wiring.store.write() as connection:
        assert await add_link(connection, Linked(account=EVE, person="who-left", at=console.clock()), None)
    await asked(console)
    await console.sign_in("ben")
    await console.http.post("/link", data=await form(console))
    async with console.wiring.store.read() as connection:
        link = await link_of(connection, "slack", "T0:U0EVE")
    assert link is not None
    assert link.person == "ben"


async def test_only_ones_own_can_be_unlinked(console: Console) -> None:
    async with console.wiring.store.write() as connection:
        assert await add_link(connection, Linked(account=EVE, person="ana", at=console.clock()), None)
    await console.sign_in("ben")
    page = await console.page("/me")
    assert "Unlink" not in page
    csrf = next(fields["csrf"] for _, fields, _ in Forms(page).found if "csrf" in fields)
    await console.http.post("/unlink", data={"csrf": csrf, "chat": "slack", "account": "T0:U0EVE"})
    assert "that is no link of yours" in await console.page("/me")
    assert len(await console.rows(linked_account)) == 1
