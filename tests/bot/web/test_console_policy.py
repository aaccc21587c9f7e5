"""The policy explainer answers as policy does when the button is pressed, and shows nobody what they may not see."""

from __future__ import annotations

from html import unescape

from tests.bot.web.console_browser import Console, finding, words_of


async def ask(console: Console, **asked: str) -> str:
    query = "&".join(f"{name}={text}" for name, text in asked.items())
    return unescape(words_of(await console.page(f"/policy?{query}")))


async def test_the_answer_names_the_rule_and_who_could(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    said = await ask(console, person="ana", act="snooze", on="s-1")
    assert 'Yes. Ana Sousa may "snooze" on S-1, by ' in said
    assert "policy.yaml:3. Who could: Ana Sousa." in said
    assert "S-1: Payments, environment unknown (host pay-* on pay-1" in said
    assert "suture may ana snooze S-1" in said

    said = await ask(console, person="ben", act="snooze", on="S-1")
    assert "No. No rule in config/policy.yaml lets Ben Okafor" in said
    assert "Who could: Ana Sousa." in said


async def test_an_asset_is_asked_about_by_name_and_a_fix_by_fix(console: Console) -> None:
    await console.sign_in("ben")
    said = await ask(console, person="ben", act="fix", on="db-7")
    assert said.count("Nobody could.") == len(console.wiring.fixes)
    assert "db-7: Platform" in said
    one = await ask(console, person="ben", act="fix", on="db-7", fix="aws.close-open-port")
    assert one.count("Nobody could.") == 1
    assert "--fix aws.close-open-port" in one


async def test_what_one_may_not_see_does_not_exist(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ben")
    for thing in ("S-1", "S-77", "pay-1"):
        said = await ask(console, person="ana", act="view", on=thing)
        assert "There is no such case" in said
        assert "Who could" not in said


async def test_nonsense_in_the_question_is_the_default_question(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    said = await ask(console, person="%3Cscript%3E", act="dance", fix="x", on="S-1")
    assert "lets Ana Sousa do" in said
    assert "Ask about a case or a system" in await ask(console)
    page = await console.page("/policy?on=%3Cscript%3E%22%27")
    assert "<script>" not in page


async def test_the_answer_is_what_a_press_would_get(console: Console) -> None:
    await console.report(finding("pay-1"))
    await console.sign_in("ana")
    for act, label in (("acknowledge", "I'm on it"), ("snooze", "Snooze…"), ("accept-risk", "Accept risk…")):
        offered = f">{label}</button>" in unescape(await console.page("/cases/S-1"))
        assert ("Yes. Ana" in await ask(console, person="ana", act=act, on="S-1")) == offered
