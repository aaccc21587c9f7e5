"""The words people type: what they are answered, whom they are answered to, and what a wrong word gets."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from bot.commands.desk import verbs
from bot.commands.grammar import NotReadable, nearest, split
from bot.commands.sharing import shared
from bot.store import tables as t
from bot.views.answers import notice
from bot.views.plain_text import lines_of
from connectors.contract.finding import Severity
from connectors.contract.message import Command, Identity, Level, ReplyTo
from tests.bot.web.console_browser import Console, finding

NUMBERS = iter(range(1, 10_000))


async def said(console: Console, person: str, words: str) -> str:
    """The private answer to typed words, as text."""
    actor = Identity("console", console.wiring.settings.people.person(person).on("console") if person else "nobody")
    command = Command(actor=actor, words=words, key=f"command-{next(NUMBERS)}", reply=ReplyTo("console"))
    answer = await console.inbox.command(command)
    assert answer is not None
    return "\n".join([answer.text, *lines_of(answer)])


def test_quotes_hold_words_together_also_those_of_phones() -> None:
    assert split("accept S-1 “it is switched off”") == ("accept", "S-1", "it is switched off")
    assert split("deny S-1 that's what we can't do") == ("deny", "S-1", "that's", "what", "we", "can't", "do")
    assert split("""deny S-1 "that’s it" 'and more'""") == ("deny", "S-1", "that's it", "and more")
    assert split("") == ()
    with pytest.raises(NotReadable, match="a quote is left open"):
        split('show "S-1')


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("deny S-1 it's Ana's box", ("deny", "S-1", "it's", "Ana's", "box")),
        ("deny S-1 it’s the vendor’s", ("deny", "S-1", "it's", "the", "vendor's")),
        ("who 'pay 3'", ("who", "pay 3")),
        ('deny S-1 a 5" disk', ("deny", "S-1", "a", '5"', "disk")),
        ('deny S-1 "old", gone', ("deny", "S-1", '"old",', "gone")),
        (r"who c:\\shop\\x", ("who", r"c:\\shop\\x")),
    ],
)
def test_what_stands_within_a_word_is_kept(typed: str, words: tuple[str, ...]) -> None:
    assert split(typed) == words


def test_more_than_anybody_types_is_refused_and_not_cut() -> None:
    with pytest.raises(NotReadable, match="longer than 2000 characters"):
        split("accept S-1 2027-01-31 " + "why " * 600)


async def test_a_reason_stands_as_it_was_typed(console: Console) -> None:
    await console.report(finding("pay-1"))
    said_so = "it’s the vendor’s box, and it's off"
    assert "it's the vendor's box, and it's off" in await said(console, "ana", f"accept S-1 2026-03-10 {said_so}")


async def test_environments_are_also_those_that_cases_have(console: Console) -> None:
    assert "I do not know 'qa'" in await said(console, "ana", "list qa")
    await console.report(finding("pay-1"))
    async with console.wiring.store.write() as connection:
        await connection.execute(sa.update(t.cases).values(environment="qa"))
    assert "Open cases: 1 case" in await said(console, "ana", "list QA")
    assert "qa: open at any time" in await said(console, "ana", "windows qa")


async def test_a_list_counts_what_is_there_and_hides_nothing_behind_other_teams(console: Console) -> None:
    await console.report(finding("pay-1"), finding("other-1"))
    async with console.wiring.store.write() as connection:
        one, other = ((await connection.execute(sa.select(t.cases).order_by(t.cases.c.id))).mappings()).all()
        theirs = [dict(other) | {"id": 100 + n, "problem": f"CVE-2020-{1000 + n}", "priority": 0} for n in range(1_100)]
        ours = [dict(one) | {"id": 2_000 + n, "problem": f"CVE-2021-{1000 + n}"} for n in range(1_100)]
        await connection.execute(t.cases.insert(), theirs + ours)

    assert "Open cases: 1101 cases" in await said(console, "ana", "list")
    assert "and 101 more" in await said(console, "ana", "list page 99")
    assert "Your open cases: 1101 cases" in await said(console, "ana", "mine")


async def test_an_audit_says_when_there_is_more(console: Console) -> None:
    await console.report(finding("pay-1"))
    for number in range(16):
        await said(console, "ana", f"assign S-1 nobody{number}")
    answer = await said(console, "ana", "audit S-1")
    assert "S-1: the newest 15 records of the trail" in answer
    assert answer.count("assign: invalid") == 15
    assert "https://suture.example.com/audit?case=S-1" in answer


def test_the_nearest_right_word_is_found() -> None:
    assert nearest("shwo", verbs()) == "show"
    assert nearest("afected", verbs()) == "affected"
    assert nearest("xyzzy", verbs()) == ""


def test_each_verb_says_how_it_is_used() -> None:
    for name, verb in verbs().items():
        assert verb.usage.split()[0] == name
        assert verb.summary


async def test_a_wrong_word_gets_the_nearest_right_one(console: Console) -> None:
    assert "Did you mean `list`?" in await said(console, "ana", "lsit")
    assert "`help` lists what there is" in await said(console, "ana", "xyzzy")


async def test_a_stranger_is_told_nothing(console: Console) -> None:
    await console.report(finding("pay-1"))
    answer = await said(console, "", "list")
    assert "I don't know who you are" in answer
    assert "CVE" not in answer


async def test_list_shows_only_what_this_person_may_see_most_urgent_first(console: Console) -> None:
    await console.report(finding("pay-1", "CVE-2001-0001", severity=Severity.LOW))
    await console.report(finding("pay-1", "CVE-2014-0160", severity=Severity.CRITICAL))
    await console.report(finding("other-1", "CVE-2020-0001"))

    answer = await said(console, "ana", "list")
    assert "Open cases: 2 cases" in answer
    assert answer.index("CVE-2014-0160") < answer.index("CVE-2001-0001")
    assert "CVE-2020-0001" not in answer


@pytest.mark.parametrize(
    ("words", "count"), [("list low", 1), ("list payments low", 1), ("list platform", 0), ("list fixed", 0)]
)
async def test_list_is_narrowed_by_its_words(console: Console, words: str, count: int) -> None:
    await console.report(finding("pay-1", "CVE-2001-0001", severity=Severity.LOW))
    await console.report(finding("pay-1", "CVE-2014-0160"))

    answer = await said(console, "ana", words)
    assert ("1 case" in answer) if count else (": none." in answer)


async def test_a_list_says_of_what_was_closed_whether_it_was_fixed(console: Console) -> None:
    await console.report(finding("pay-1", "CVE-2001-0001"), finding("pay-1", "CVE-2014-0160"))
    stated = {"reason": "not affected", "said_by": "Example Vendor (openvex), 2026-03-02"}
    async with console.wiring.store.write() as connection:
        await connection.execute(sa.update(t.cases).values(state="fixed", open_findings=0))
        await connection.execute(sa.update(t.finding).where(t.finding.c.case_id == 2).values(stated))

    lines = (await said(console, "ana", "list fixed")).splitlines()
    states = sorted(line.rpartition(" · ")[2] for line in lines if "CVE" in line)
    assert states == ["CLOSED: not affected", "FIXED"]
    assert "CLOSED: not affected, says Example Vendor (openvex), 2026-03-02" in await said(console, "ana", "show S-2")


async def test_two_words_of_a_kind_are_both(console: Console) -> None:
    await console.report(finding("pay-1", "CVE-2001-0001", severity=Severity.LOW))
    await console.report(finding("pay-1", "CVE-2014-0160", severity=Severity.CRITICAL))
    await console.report(finding("pay-1", "CVE-2014-0224"))

    assert "Open cases: 2 cases" in await said(console, "ana", "list critical high")
    assert "Cases: 3 cases" in await said(console, "ana", "list open snoozed")
    assert "`mine` takes no 'critical'; `list` does" in await said(console, "ana", "mine critical")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("plan S-1", "no run-time fix of ours fits it"),
        ("undo S-1", "no fix was run on it"),
        ("snooze S-1 1d", "it is snoozed"),
    ],
)
async def test_what_is_not_offered_says_what_is_lacking_and_blames_no_state(
    console: Console, words: str, why: str
) -> None:
    await console.report(finding("pay-1"))
    await said(console, "ana", "snooze S-1 1d")
    assert f"is not offered for S-1: {why}" in await said(console, "ana", words)


async def test_list_says_which_word_it_does_not_know(console: Console) -> None:
    assert "I do not know 'paymets'. Did you mean `payments`?" in await said(console, "ana", "list paymets")


async def test_affected_names_only_what_this_person_may_see(console: Console) -> None:
    await console.report(finding("pay-1"), finding("other-1"))

    answer = await said(console, "ana", "affected CVE-2014-0160")
    assert "2 open findings in 2 cases" in answer
    assert ("S-1" in answer, "S-2" in answer, "platform" in answer) == (True, False, False)
    assert "1 row of other teams is not shown to you; the numbers above count them." in answer
    assert "S-2" in await said(console, "ben", "affected CVE-2014-0160")


async def test_mine_is_what_my_teams_own(console: Console) -> None:
    await console.report(finding("pay-1"))
    assert "S-1" in await said(console, "ana", "mine")
    assert "S-1" not in await said(console, "ben", "mine")


async def test_show_is_the_card_for_who_may_see_it(console: Console) -> None:
    await console.report(finding("pay-1"))
    assert "[ I'm on it" in await said(console, "ana", "show s1")
    assert "There is no case 'S-1'" in await said(console, "ben", "show S-1")
    assert "There is no case 'S-99'" in await said(console, "ana", "show S-99")
    assert "say which case" in await said(console, "ana", "show")


async def test_help_shows_what_this_person_may_do(console: Console) -> None:
    answer = await said(console, "ana", "help")
    assert "affected CVE-2014-0160" in answer
    assert "show S-12" in answer
    assert await said(console, "ana", "") == answer


async def test_a_long_list_is_turned_page_by_page(console: Console) -> None:
    await console.report(*(finding("pay-1", f"CVE-2020-{number}") for number in range(1000, 1020)))
    first = await said(console, "ana", "list payments")
    assert "20 cases" in first
    assert "page 1 of 2; next: list payments page 2" in first
    second = await said(console, "ana", "list payments page 2")
    assert "page 2 of 2 ·" in second
    assert second.count("CVE-2020-") == 5
    assert "page 2 of 2 ·" in await said(console, "ana", "mine page 99")


async def test_share_may_stand_anywhere_and_is_no_word_of_the_verb(console: Console) -> None:
    await console.report(finding("pay-1"))
    for words in ("list payments --share", "--share list payments", "list --SHARE payments"):
        assert "Open cases: 1 case" in await said(console, "ana", words)


def test_a_refusal_is_never_shared() -> None:
    assert shared(notice(Level.SUCCESS, "Open cases: none.")).shared
    assert not shared(notice(Level.WARNING, "No rule lets you.")).shared


async def test_link_leads_into_the_console_once(console: Console) -> None:
    answer = await said(console, "ana", "link --share")
    (address,) = set(re.findall(r"https?://\S+/sign-in\?token=[\w-]+", answer))
    token = address.partition("token=")[2]

    assert "Sign in" in await console.page(f"/sign-in?token={token}")
    entered = await console.http.post("/sign-in", data={"token": token})
    assert entered.status_code == 303
    assert "Ana Sousa" in await console.page("/")
    again = await console.http.post("/sign-in", data={"token": token})
    assert again.status_code == 403
