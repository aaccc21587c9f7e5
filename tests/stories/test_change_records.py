"""Where a project keeps change records, each run of a fix has one, with its plan, its approver and its result."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.store import tables as t
from tests.fakes.jira.documents import as_text
from tests.stories.jira_screen import jira_of, told
from tests.stories.open_port import open_port
from tests.stories.world import World, eventually


@pytest.fixture
def jira_more() -> str:
    return "  change_issue_type: Change"


async def fixed(world: World, group: str) -> None:
    jira_of(world).project("PAY", issue_types=["Task", "Change"])
    await world.alert(**open_port(group))
    await world.press("payments", group, "Fix now…", by="ana")
    await world.submit(await world.form("ana", "0.0.0.0/0"), by="ana")
    await world.card("payments", "MITIGATED")


async def opened(world: World) -> list[dict[str, Any]]:
    """The change records, once Suture knows their keys."""
    await world.work("tickets.sweep")

    async def known() -> bool:
        rows = await world.rows(t.ticket)
        return bool(rows) and all(row.state == "created" for row in rows)

    await eventually(known, "the change record")
    return await asyncio.to_thread(jira_of(world).issues)


async def test_a_run_has_a_record_with_plan_approver_window_and_result(world: World, open_group: str) -> None:
    await fixed(world, open_group)

    [record] = await opened(world)

    assert record["fields"]["issuetype"] == {"name": "Change"}
    assert "suture-change" in record["fields"]["labels"]
    text = as_text(record["fields"]["description"])
    for words in (
        open_group,
        "0.0.0.0/0",
        "Operational risk",
        "Asked for by Ana Sousa",
        "Window: begins",
        "can be undone",
    ):
        assert words in text
    await world.said_in_thread("payments", open_group, f"The change record {record['key']} is open.")

    await told(world)
    record = await asyncio.to_thread(jira_of(world).issue, record["key"])
    assert record["status"] == "Done"
    [result] = await asyncio.to_thread(jira_of(world).comments, record["key"])
    assert "Result: done." in result
    assert "Read back:" in result


async def test_a_record_that_jira_made_without_saying_so_is_the_only_one(world: World, open_group: str) -> None:
    jira_of(world).index_lag(50)
    jira_of(world).fault("create", "answer_after", status=500)
    await fixed(world, open_group)
    await world.work("tickets.sweep")

    async def failed_once() -> bool:
        return any(row.attempts for row in await world.rows(t.ticket))

    await eventually(failed_once, "the first try's failure")
    span = world.wiring.trackers["jira"].settle + 1
    await asyncio.to_thread(jira_of(world).advance, span)
    await world.later(seconds=span)

    assert len(await opened(world)) == 1
    assert len(jira_of(world).calls("create")) == 1
