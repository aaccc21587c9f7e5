"""A delivery of unknown shape teaches: its page says why it waits, drafts a mapping, and tries it without a change."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from html import unescape
from typing import Any

from bot.response.learning import LARGEST
from bot.store import tables as t
from bot.triage.accept import Received, accept
from bot.triage.rules import rules_of
from connectors.contract.finding import Quarantined
from connectors.quarantine import excerpt
from tests.bot.web.console_browser import Console, Forms, words_of

ODD = {"hits": [{"name": "Telnet is open", "check": {"id": "t-1"}, "risk": "HIGH", "host": "pay-1.example.com"}]}


async def set_aside(console: Console, body: Any, source: str = "generic", raw: bytes = b"") -> str:
    """A delivery of that body waits; the address of its page."""
    received = Received(
        id="delivery-1",
        source=source,
        delivery_key="id:1",
        received_at=console.clock(),
        headers={},
        body=raw or json.dumps(body).encode(),
        parser_version=1,
        records=[Quarantined("", "nobody knows this shape", excerpt(body))],
    )
    async with console.wiring.store.write() as connection:
        rules = rules_of(console.wiring.settings, console.wiring.fixes)
        await accept(connection, [received], rules, console.wiring.engine)
    await console.sign_in("ben")
    return "/quarantine/1"


def typed_in(page: str) -> str:
    return unescape(page.partition('autocomplete="off">')[2].partition("</textarea>")[0])


async def attempt(console: Console, address: str, mapping: str) -> str:
    page = await console.page(address)
    action, fields, _ = next(form for form in Forms(page).found if form[0].startswith(f"{address}/try"))
    answered = await console.http.post(action, data=fields | {"mapping": mapping})
    assert answered.status_code == 200, answered.text
    return answered.text


async def test_the_page_says_why_and_drafts_a_mapping_that_works(console: Console) -> None:
    address = await set_aside(console, ODD)
    assert f'href="{address}"' in await console.page("/quarantine")
    page = await console.page(address)
    words = unescape(words_of(page))
    assert "nobody knows this shape" in words
    assert "At / of delivery delivery-1" in words
    assert "severity is risk : by its name here: HIGH" in words
    assert "the console never writes configuration" in words
    assert "items: hits  # one object lies in this list" in typed_in(page)

    tried = unescape(words_of(await attempt(console, address, typed_in(page))))

    assert "1 finding, 0 that could not be read. Nothing was stored, told or changed." in tried
    assert "Telnet is open" in tried
    assert "pay-1.example.com" in tried
    assert "suture replay --source generic --since 7d" in tried
    for table in (t.finding, t.cases, t.message, t.audit):
        kept = [row for row in await console.rows(table) if getattr(row, "act", "") != "sign-in"]
        assert kept == []
    (held,) = await console.rows(t.quarantine)
    assert held.released_at is None


async def test_an_edited_mapping_is_tried_as_it_was_typed(console: Console) -> None:
    address = await set_aside(console, ODD)
    page = await attempt(console, address, "items: hits\r\ntitle: name\r\nrule: check.id\r\n")
    words = unescape(words_of(page))
    assert "0 findings, 1 that could not be read" in words
    assert "At /hits/0/resource/id" in words or "resource" in words
    assert typed_in(page) == "items: hits\ntitle: name\nrule: check.id\n"


async def test_what_is_wrong_with_a_mapping_is_said(console: Console) -> None:
    address = await set_aside(console, ODD)
    for mapping, why in (
        ("titel: name", "titel: no such field"),
        ("title: a.", "is no JMESPath expression"),
        ("title: [a]", "expected a field and a JMESPath expression"),
        ("items: '" + "|".join(["[@,@,@,@]"] * 4) + "'", "it makes too much"),
        ("items: nothing\ntitle: x", "finds nothing in it"),
        ("", "no field is there"),
    ):
        assert why in unescape(words_of(await attempt(console, address, mapping))), mapping


async def test_another_source_is_told_whose_parser_it_is(console: Console) -> None:
    words = words_of(await console.page(await set_aside(console, ODD, source="github")))
    assert "github has a parser of its own, which does not know this shape" in words
    assert "/v1/alerts/generic" in words


async def test_hostile_text_is_shown_and_does_nothing(console: Console) -> None:
    mark = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>"
    body = {"hits": [{mark: "high", "title": mark, "severity": "high", "host": mark, "rule": f"a\u202e{mark}"}] * 3}
    address = await set_aside(console, body)
    for page in (await console.page(address), await attempt(console, address, f"title: title\nrule: '\"{mark}\"'")):
        assert "<script" not in page
        assert "<img src=x" not in page
        assert "\u202e" not in page


async def test_a_deep_or_huge_body_is_cut_and_not_tried(console: Console) -> None:
    raw = json.dumps({"hits": [{"title": "x" * 1_000}] * (LARGEST // 1_000 + 10)}).encode()
    page = await console.page(await set_aside(console, {"hits": "many"}, raw=raw))
    assert "It is too large to try here" in words_of(page)
    assert len(page) < 30_000
    assert "Try it on this body" not in page


async def test_a_packed_body_is_opened_before_it_is_measured(console: Console) -> None:
    raw = gzip.compress(json.dumps(ODD).encode(), mtime=0)
    address = await set_aside(console, ODD, raw=raw)
    assert "items: hits" in typed_in(await console.page(address))
    async with console.wiring.store.write() as connection:
        digits = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(LARGEST // 64 + 1))
        large = zlib.compress(gzip.compress(json.dumps({"hits": digits}).encode(), mtime=0))
        await connection.execute(t.delivery.update().values(body=large))
    assert "Try it on this body" not in await console.page(address)


async def test_a_body_that_is_gone_or_no_json_leaves_a_page_all_the_same(console: Console) -> None:
    address = await set_aside(console, ODD, raw=b"\xff no json")
    assert "nothing can be guessed" in words_of(await console.page(address))
    assert "Problem" in words_of(await attempt(console, address, "title: name"))
    async with console.wiring.store.write() as connection:
        await connection.execute(t.delivery.delete())
    assert "older than the retention" in words_of(await console.page(address))


async def test_it_is_for_who_sees_what_nobody_owns_and_only_by_our_form(console: Console) -> None:
    address = await set_aside(console, ODD)
    for strange in ("/quarantine/2", "/quarantine/x", "/quarantine/" + "9" * 40):
        assert "no such record" in words_of(await console.page(strange, 404))
    foreign = await console.http.post(f"{address}/try", data={"mapping": "title: name"})
    assert foreign.status_code == 403
    await console.sign_in("ana")
    assert "no such record" in words_of(await console.page(address, 404))
