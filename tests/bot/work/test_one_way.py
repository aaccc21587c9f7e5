"""What is promised where messages cannot be edited: one lasting card, then a short new one for what must be heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.case_view import FixChoice, HistoryLine, Offers
from bot.response.viewing import Viewing
from bot.store import tables as t
from bot.store.history import Line, add_lines
from bot.store.outbox import raise_case
from bot.views.lasting import lasting_card, news_card
from bot.views.times import at_minute
from bot.work.queue import Queue
from bot.work.schedules import Schedules
from connectors.contract.finding import Severity, Status
from connectors.contract.fix import Risk, RiskLevel
from tests.bot.web.console_browser import finding
from tests.bot.work.board import words
from tests.bot.work.conftest import Post


@pytest.fixture
def one_way(post: Post) -> Post:
    post.board.edits = False
    post.board.reads_back = False
    return post


async def happens(post: Post, text: str, *, aloud: bool = False, calls: str = "") -> None:
    async with post.console.wiring.store.write() as connection:
        await add_lines(connection, [Line(1, post.clock(), "", text, aloud=aloud, calls=calls)])
        await raise_case(connection, post.console.wiring.engine, 1, 1)


async def test_the_card_says_nothing_that_will_not_be_true_tomorrow(one_way: Post) -> None:
    await one_way.console.report(finding("pay-1"))
    now = one_way.clock()
    await one_way.drain()

    ((text,),) = [message.texts for message in one_way.board.messages]
    assert "CVE-2014-0160 in openssl" in text
    assert "Open S-1 as it stands now" in text
    assert f"this card shows {at_minute(now)} and does not change" in text
    assert at_minute(now + timedelta(days=30)) in text  # when it is due
    for perishable in (" ago", " in 30 days", "State", "open:"):
        assert perishable not in text


async def test_a_risk_that_is_not_read_yet_is_unknown_and_says_when_it_will_be_known(one_way: Post) -> None:
    await one_way.console.report(finding("pay-1"))
    wiring = one_way.console.wiring
    async with wiring.store.read() as connection:
        view = await Viewing(wiring).case(connection, 1)
    assert view is not None
    fixable = replace(view, fixes=(FixChoice(id="patch", title="Patch it", targets=1),))

    unread = words(lasting_card(fixable, Offers(), one_way.clock()))
    known = replace(fixable, operational_risk=Risk(RiskLevel.LOW, ()))

    assert "operational risk UNKNOWN when this was sent. The plan says it" in unread
    assert "operational risk LOW" in words(lasting_card(known, Offers(), one_way.clock()))
    assert "The plan says it" not in words(lasting_card(view, Offers(), one_way.clock()))


async def test_what_need_not_be_heard_is_not_posted(one_way: Post) -> None:
    await one_way.console.report(finding("pay-1"))
    await one_way.drain()
    waited = len(one_way.waited)
    await happens(one_way, "Ana is on it.", aloud=False)
    await one_way.drain()

    (message,) = one_way.board.messages
    assert (len(message.texts), message.thread) == (1, [])
    assert len(one_way.waited) == waited  # nothing was sent, so nothing is spaced
    (row,) = await one_way.console.rows(t.message)
    assert row.sent == row.wanted


async def test_what_must_be_heard_is_a_short_new_card_that_names_the_case(one_way: Post) -> None:
    await one_way.console.report(finding("pay-1"))
    await one_way.drain()
    await happens(one_way, "Ana is on it.", aloud=False)
    await happens(one_way, "It came back on pay-1.", aloud=True)
    await happens(one_way, "Ben is on it.", aloud=False)
    await one_way.drain()
    await happens(one_way, "Sue is on it.", aloud=False)
    await one_way.drain()

    _, news = one_way.board.messages
    assert news.texts[0].startswith("S-1: It came back on pay-1.")
    assert "News of S-1: CVE-2014-0160 in openssl" in news.texts[0]
    assert "is on it" not in news.texts[0]
    assert not news.repeat


async def test_whoever_is_called_is_called_with_the_buttons_to_answer(one_way: Post) -> None:
    await one_way.console.report(finding("pay-1"))
    await one_way.drain()
    await happens(one_way, "Ana asks for a yes.", calls="ben")
    await one_way.drain()

    _, news = one_way.board.messages
    assert "Ben Okafor: Ana asks for a yes." in news.texts[0]
    assert "[ I'm on it | Snooze… | Accept risk… | Not ours… ]" in news.texts[0]


async def test_many_news_at_once_are_the_latest_and_a_count(one_way: Post) -> None:
    await one_way.console.report(finding("pay-1"))
    await one_way.drain()
    for number in range(8):
        await happens(one_way, f"It came back {number}.", aloud=True)
    await one_way.drain()

    _, news = one_way.board.messages
    assert "It came back 1." not in news.texts[0]
    assert all(f"It came back {number}." in news.texts[0] for number in range(2, 8))
    assert "2 earlier lines are on the case's page." in news.texts[0]


async def test_news_name_who_did_it_who_is_called_and_where_to_look(one_way: Post) -> None:
    await one_way.console.report(finding("pay-1"))
    wiring = one_way.console.wiring
    async with wiring.store.read() as connection:
        view = await Viewing(wiring).case(connection, 1)
    assert view is not None
    ben = wiring.settings.people.person("ben")
    link = "https://ci.example.com/812"
    line = HistoryLine(id=1, at=one_way.clock(), who="Ana Sousa", text="undid it.", link=link, calls=ben, aloud=True)

    said = words(news_card([line], view, Offers(), one_way.clock()))

    assert "Ben Okafor: Ana Sousa undid it. link <https://ci.example.com/812> · 2026-03-02 09:00 UTC" in said
    assert f"Open S-1 as it stands now <{view.link}>" in said


async def test_news_whose_answer_was_lost_are_sent_again_marked(one_way: Post) -> None:
    await one_way.console.report(finding("pay-1"))
    await one_way.drain()
    one_way.board.lose = 1
    await happens(one_way, "It came back.", aloud=True)
    await one_way.drain()

    _, first, second = one_way.board.messages
    assert (first.repeat, second.repeat) == (False, True)
    assert "It came back." in second.texts[0]


async def test_news_while_the_first_card_is_still_on_its_way_are_posted_after_it(one_way: Post) -> None:
    await one_way.console.report(finding("pay-1"))
    one_way.board.drop = 1
    await one_way.drain()
    await happens(one_way, "It came back.", aloud=True)
    await one_way.drain()

    texts = [message.texts[0] for message in one_way.board.messages]
    assert sum("It came back." in text for text in texts) == 1


async def test_overdue_more_urgent_and_come_back_are_heard_and_the_rest_is_not(one_way: Post) -> None:
    console = one_way.console
    await console.report(finding("pay-1"))
    await one_way.drain()
    one_way.clock.advance(days=31)
    wiring = console.wiring
    queue = Queue(wiring.store, wiring.engine, wiring.settings, wiring.fixes, one_way.clock)
    await Schedules(wiring.store, wiring.engine, wiring.settings, one_way.clock, queue).sweep()
    await one_way.drain()
    await console.report(finding("pay-1", status=Status.RESOLVED))
    await one_way.drain()
    await console.report(finding("pay-1", severity=Severity.CRITICAL))
    await one_way.drain()

    overdue, back = [message.texts[0].partition("\n")[0] for message in one_way.board.messages[1:]]
    assert overdue.startswith("S-1: Overdue: it was due ")
    assert back.startswith("S-1: It came back: reported again after it was fixed.")
