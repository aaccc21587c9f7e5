"""Searching the trail and taking it away: what one may see, addresses that keep, files that prove themselves."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bot.store import audit
from bot.store.tables import audit as trail
from bot.trail import verify_lines
from tests.bot.web.console_browser import Console, Forms, finding, words_of

FORMULA = '=HYPERLINK("https://evil.example","x")'


async def write(console: Console, *records: dict[str, Any]) -> None:
    given = {"at": console.clock(), "who": "ana", "act": "fix", "target": "S-1", "where_from": "slack:T1:U1"}
    made = [audit.Record(**(given | {"outcome": "done"} | record)) for record in records]
    async with console.wiring.store.write() as connection:
        await audit.append(connection, made)


@pytest.fixture
async def told(console: Console) -> Console:
    """Case S-1 of payments, S-2 of platform; five decisions over three days."""
    await console.report(finding("pay-1"), finding("db-1", "CVE-2024-3094"))
    day = timedelta(days=1)
    await write(
        console,
        {"at": console.clock() - 2 * day, "act": "snooze", "detail": {"why": "100% sure, waiting_for a vendor"}},
        {"at": console.clock() - day, "act": "fix", "outcome": "refused", "who": "ben"},
        {"target": "S-2", "who": "ben", "detail": {"plan": "Zürich"}},
        {"target": "delivery d-1", "act": "replay", "who": "terminal:Root"},
        {"target": "S-9", "detail": {"why": FORMULA}},
    )
    await console.sign_in("ben")
    return console


def shown(page: str) -> list[int]:
    """The sequence numbers of the records on a page."""
    return [int(number) for number in re.findall(r"record (\d+)</span>", page)]


FOUND = {
    "": [6, 5, 4, 3],
    "who=ben": [6, 3],
    "who=terminal:Root": [4],
    "act=FIX": [5, 3],
    "case=s-2": [3],
    "outcome=refused": [],
    "from=2026-03-02": [6, 5, 4, 3],
    "to=2026-03-01": [],
    "to=9999-12-31": [6, 5, 4, 3],
    "from=0001-01-01": [6, 5, 4, 3],
    "words=z%C3%BCrich": [3],
    "words=HYPERLINK+evil": [5],
    "words=%25": [],
    "words=d_1": [],
    "who=ben&act=sign-in": [6],
}


async def test_what_is_asked_for_is_found(told: Console) -> None:
    assert {query: shown(await told.page(f"/audit?{query}")) for query in FOUND} == FOUND


async def test_each_sees_their_own_teams_records_and_the_unowned_are_the_catch_alls(told: Console) -> None:
    await told.sign_in("ana")
    assert shown(await told.page("/audit")) == [2, 1]
    assert shown(await told.page("/audit?words=100%25+waiting_for")) == [1]
    assert shown(await told.page("/audit?from=2026-03-01&to=2026-03-01")) == [2]


async def test_what_cannot_be_read_is_left_out_and_said(told: Console) -> None:
    for query in ("case=nonsense", "from=yesterday", "to=2026-13-01", "from=%3Cscript%3E"):
        page = await told.page(f"/audit?{query}")
        assert "Left out" in page
        assert "<script>" not in page
        assert shown(page) == [6, 5, 4, 3]


async def test_a_page_keeps_its_address_and_its_records(console: Console) -> None:
    await write(console, *({"target": f"delivery {number}"} for number in range(120)))
    await console.sign_in("ben")
    first = await console.page("/audit?who=ana")
    (older,) = re.findall(r'href="([^"]*)" rel="next"', first)
    assert older == "/audit?who=ana&amp;before=71"
    second = await console.page(older.replace("&amp;", "&"))
    assert shown(second) == list(range(70, 20, -1))
    await write(console, {"target": "delivery more"})
    assert shown(await console.page("/audit?who=ana&before=71")) == shown(second)
    assert 'href="/audit?who=ana"' in second


async def export(console: Console, kind: str, **filters: str) -> httpx2.Response:
    page = await console.page("/audit?" + "&".join(f"{name}={text}" for name, text in filters.items()))
    _, fields, _ = next(each for each in Forms(page).found if each[0] == "/audit/export")
    return await console.http.post("/audit/export", data=fields | {"format": kind})


async def test_json_lines_prove_themselves_anywhere(told: Console) -> None:
    answered = await export(told, "jsonl")
    assert answered.headers["content-type"] == "application/jsonl; charset=utf-8"
    assert answered.headers["content-disposition"] == 'attachment; filename="suture-audit-2026-03-02.jsonl"'
    lines = answered.content.splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == [3, 4, 5, 6, 7]
    last = json.loads(lines[-1])
    assert (last["act"], last["who"], last["detail"]) == ("export", "ben", {"format": "jsonl", "asked": {}})

    good, said = verify_lines(lines, "", partial=True)
    assert (good, "5 records" in said, "2 left out" in said) == (True, True, True), said
    assert verify_lines(lines, f"7:{last['hash']}", partial=True)[0]
    assert not verify_lines(lines, f"7:{'0' * 64}", partial=True)[0]
    assert not verify_lines(lines, f"8:{last['hash']}", partial=True)[0]
    assert "records 1 to 2 deleted" in verify_lines(lines, "", partial=False)[1]


async def test_csv_holds_no_formula(told: Console) -> None:
    await write(told, {"target": "S-9", "who": "+1", "outcome": "@SUM(A1)", "where_from": "\t=1+1"})
    answered = await export(told, "csv", case="S-9")
    rows = list(csv.reader(io.StringIO(answered.text)))
    assert rows[0][:3] == ["sequence", "at", "who"]
    assert [row[0] for row in rows[1:]] == ["5", "7"]
    assert json.loads(rows[1][7]) == {"why": FORMULA}
    assert rows[2][2:7] == ["'+1", "fix", "S-9", "'=1+1", "'@SUM(A1)"]
    asked = (await told.rows(trail))[-1].detail
    assert asked == {"format": "csv", "asked": {"case": "S-9"}}


async def test_only_who_sees_the_catch_alls_records_takes_the_trail_away(told: Console) -> None:
    await told.sign_in("ana")
    page = await told.page("/audit")
    assert "Take it away" not in page
    csrf = Forms(page).found[0][1]["csrf"]
    refused = await told.http.post("/audit/export", data={"csrf": csrf, "format": "jsonl"})
    assert refused.status_code == 403
    assert "Only who may view the catch-all" in words_of(refused.text)
    assert (await told.http.get("/audit/export")).status_code == 405
    assert (await told.rows(trail))[-1].act == "sign-in"


async def test_an_export_of_what_cannot_be_read_is_refused(told: Console) -> None:
    csrf = Forms(await told.page("/audit")).found[0][1]["csrf"]
    for wrong in ({"format": "xml"}, {"format": "csv", "from": "soon"}, {}):
        assert (await told.http.post("/audit/export", data={"csrf": csrf} | wrong)).status_code == 400
    assert (await told.rows(trail))[-1].act == "sign-in"


async def test_a_long_trail_is_written_piece_by_piece(console: Console) -> None:
    await write(console, *({"target": f"delivery {number}"} for number in range(2_500)))
    await console.sign_in("ben")
    lines = (await export(console, "jsonl")).content.splitlines()
    assert verify_lines(lines, "", partial=False)[1].startswith("2502 records, every one as it was written")
