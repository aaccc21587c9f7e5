"""A team's digest: begun once for each time it is due, whatever crashes; the same now for whoever asks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.settings.values_teams import DigestTimes
from bot.store import tables as t
from bot.work.digests import Digests, last_due
from bot.work.forgetting import Forgetting
from connectors.contract.finding import Kind, Severity
from tests.bot.commands.test_commands import said
from tests.bot.web.console_browser import finding
from tests.bot.work.conftest import Post

LISBON = ZoneInfo("Europe/Lisbon")


def times(cron: str = "0 9 * * mon-fri", zone: ZoneInfo = LISBON) -> DigestTimes:
    return DigestTimes(team="payments", cron=cron, zone=zone, text=cron)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-02T08:59:59+00:00", None),  # Monday, winter: nine in Lisbon is nine in UTC
        ("2026-03-02T09:00:00+00:00", "2026-03-02T09:00:00+00:00"),
        ("2026-03-02T10:30:00+00:00", "2026-03-02T09:00:00+00:00"),
        ("2026-03-02T11:00:01+00:00", None),  # too late for it
        ("2026-04-01T08:00:00+00:00", "2026-04-01T08:00:00+00:00"),  # summer
        ("2026-03-07T09:00:00+00:00", None),  # Saturday
    ],
)
def test_when_it_is_due(now: str, due: str | None) -> None:
    found = last_due(times(), datetime.fromisoformat(now))
    assert (found.isoformat() if found else None) == due


def test_of_several_that_were_missed_the_last_one_counts() -> None:
    found = last_due(times("*/30 * * * *"), datetime(2026, 3, 2, 9, 10, tzinfo=UTC))
    assert found == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def some_cases(post: Post) -> None:
    """One immediate, three that wait, one of them accepted until soon; one of another team."""
    await post.console.report(
        finding(
            "pay-1", "intrusion", kind=Kind.DETECTION, severity=Severity.CRITICAL, vuln_ids=(), title="An intrusion"
        ),
        *(finding("pay-1", f"CVE-2020-100{n}") for n in range(3)),
        finding("other-1", "CVE-2020-2000"),
    )
    assert "Done" in await said(post.console, "ana", "accept S-2 2026-03-06 it is switched off on Friday")


def digests(post: Post) -> Digests:
    wiring = post.console.wiring
    return Digests(wiring.store, wiring.engine, wiring.settings, post.clock)


async def test_it_is_told_once_for_each_time_it_is_due(post: Post) -> None:
    await some_cases(post)
    await post.drain()
    before = len(post.board.messages)
    for _ in range(3):
        await digests(post).begin_due()
        await post.drain()
        post.clock.advance(minutes=1)

    digest = post.board.messages[-1]
    assert len(post.board.messages) == before + 1
    assert "Digest: Payments" in digest.texts[-1]
    assert digest.channel == "payments"
    post.clock.advance(days=1)
    await digests(post).begin_due()
    await post.drain()
    assert len(post.board.messages) == before + 2


async def test_it_counts_truly_and_names_what_is_most_urgent(post: Post) -> None:
    await some_cases(post)
    post.clock.advance(days=2)
    await digests(post).begin_due()
    await post.drain()

    words = next(m.texts[-1] for m in post.board.messages if m.key.case.startswith("digest-"))
    assert "Digest: Payments: 4 cases open" in words
    assert "immediate: 1 (1 open)" in words
    assert "(2 open, 1 risk accepted)" in words
    assert "1 case overdue." in words
    assert "S-1 <https://suture.example.com/cases/S-1> CRITICAL immediate · An intrusion" in words
    assert words.index("S-1 ") < words.index("S-3 ")
    assert "CVE-2020-2000" not in words
    ending = words.partition("end within a week")[2]
    assert "S-2 " in ending
    assert "ends 2026-03-06" in ending
    assert "`mine` shows yours" in words


async def test_a_digest_that_was_begun_and_not_sent_is_sent_after_the_crash(post: Post) -> None:
    await digests(post).begin_due()
    post.board.drop = 1
    await post.drain()
    await digests(post).begin_due()
    post.clock.advance(seconds=30)
    await post.drain()

    (message,) = post.board.messages
    assert "Nothing is open." in message.texts[-1]


async def test_two_workers_at_the_same_moment_begin_one(post: Post) -> None:
    await asyncio.gather(digests(post).begin_due(), digests(post).begin_due())

    assert len(await post.console.rows(t.digest)) == 1
    assert len(await post.console.rows(t.message)) == 1


async def test_whoever_asks_gets_the_same_and_only_what_they_may_view(post: Post) -> None:
    await some_cases(post)

    assert "Payments: 4 cases open" in await said(post.console, "ana", "digest")
    assert "Payments: 4 cases open" in await said(post.console, "ana", "digest payments")
    assert "Payments: 0 cases open" in await said(post.console, "ben", "digest payments")
    assert "Did you mean `payments`?" in await said(post.console, "ana", "digest paymens")


async def test_old_digests_are_forgotten(post: Post) -> None:
    await digests(post).begin_due()
    wiring = post.console.wiring
    post.clock.advance(days=wiring.settings.retention.messages / timedelta(days=1) + 1)
    await Forgetting(wiring.store, wiring.engine, wiring.settings.retention, post.clock).purge()

    assert await post.console.rows(t.digest) == []
    assert await post.console.rows(t.message) == []
