"""SlackChat against the fake over the wire: what is sent, what is found again, and what each failure means."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.chat.slack import SlackChat, SlackOptions
from connectors.chat.slack.failures import of_status
from connectors.chat.slack.reply import may_post_to
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.message import Form, Message, MessageKey, Paragraph, Plain, ReplyTo
from tests.connectors.chat.slack.cards import KEY, card
from tests.fakes.slack.client import FakeSlack

C = "C0PAY"
Make = Callable[..., SlackOptions]


async def test_a_case_is_posted_with_its_buttons_and_its_key(slack: FakeSlack, chat: SlackChat) -> None:
    ts = await chat.post(C, card(), KEY)
    message = slack.channel(C).message("sg-12")
    assert message.ts == ts
    assert [b.label for b in message.buttons] == ["Fix now…", "I'm on it", "Accept risk…", "Not mine"]
    assert message.metadata == {"event_type": "suture_case", "event_payload": {"case": "S-12", "part": "root"}}
    sent = slack.calls("chat.postMessage")[-1]["arguments"]
    assert (sent["unfurl_links"], sent["parse"]) == (False, "none")


async def test_an_edit_keeps_the_message_and_its_key(slack: FakeSlack, chat: SlackChat) -> None:
    ts = await chat.post(C, card(), KEY)
    await chat.edit(C, ts, Message(text="Fixed: SSH on sg-12"))
    message = slack.channel(C).message("Fixed")
    assert (message.ts, len(message.revisions), message.buttons) == (ts, 2, [])
    assert message.metadata["event_payload"]["case"] == "S-12"


async def test_a_line_goes_into_the_thread(slack: FakeSlack, chat: SlackChat) -> None:
    ts = await chat.post(C, card(), KEY)
    line = await chat.say(C, ts, Message(text="Ana took it."), MessageKey("S-12", "line-1"))
    assert [(m.ts, m.text) for m in slack.channel(C).message("sg-12").replies] == [(line, "Ana took it.")]


async def test_a_direct_message_can_be_edited_too(slack: FakeSlack, chat: SlackChat) -> None:
    slack.add_person("U0ANA", "ana")
    id = await chat.post("U0ANA", Message(text="Your digest"), KEY)
    assert id.startswith("D0ANA/")
    await chat.edit("U0ANA", id, Message(text="Your new digest"))
    assert slack.channel("D0ANA").message("new digest").text == "Your new digest"


@pytest.mark.parametrize("kind", ["drop_after", "status_after", "half_answer"])
async def test_a_message_whose_answer_was_lost_is_found_not_repeated(
    slack: FakeSlack, chat: SlackChat, kind: str
) -> None:
    await chat.post(C, card("another"), MessageKey("S-13"))
    slack.fault(kind, method="chat.postMessage")
    with pytest.raises(Ambiguous):
        await chat.post(C, card(), KEY)
    found = await chat.find(C, KEY)
    assert found == slack.channel(C).message("sg-12").ts
    assert await chat.find(C, MessageKey("S-14")) is None


async def test_a_thread_line_whose_answer_was_lost_is_found(slack: FakeSlack, chat: SlackChat) -> None:
    root, key = await chat.post(C, card(), KEY), MessageKey("S-12", "line-2")
    slack.fault("drop_after", method="chat.postMessage")
    with pytest.raises(Ambiguous):
        await chat.say(C, root, Message(text="Ana took it."), key)
    assert await chat.find(C, key, root) == slack.channel(C).message("sg-12").replies[0].ts


@pytest.mark.parametrize("kind", ["drop_before", "status_before"])
async def test_what_never_arrived_is_not_found(slack: FakeSlack, chat: SlackChat, kind: str) -> None:
    slack.fault(kind, method="chat.postMessage")
    with pytest.raises(Ambiguous):
        await chat.post(C, card(), KEY)
    assert await chat.find(C, KEY) is None


async def test_an_old_message_is_found_on_a_later_page(slack: FakeSlack, chat: SlackChat) -> None:
    ts = await chat.post(C, card(), KEY)
    for n in range(205):
        slack.channel(C).say(f"talk {n}", by="U0BO")
    assert await chat.find(C, KEY) == ts
    assert len({line["arguments"]["cursor"] for line in slack.calls("conversations.history")[-2:]}) == 2


async def test_a_forged_copy_of_our_metadata_is_not_ours(slack: FakeSlack, options: Make) -> None:
    copied = {"event_type": "suture_case", "event_payload": {"case": "S-12", "part": "root"}}
    slack.channel(C).say("by a person", by="U0EVE", metadata=copied)
    assert await SlackChat(options()).find(C, KEY) is None
    slack.channel(C).say("by another app", by="B0EVIL", metadata=copied)
    assert await SlackChat(options(app_id="A0SUTURE1")).find(C, KEY) is None


async def test_without_the_history_scope_nothing_can_be_looked_up(slack: FakeSlack, options: Make) -> None:
    with pytest.raises(NeedsHuman, match="history scope"):
        await SlackChat(options(history_scope=False)).find(C, KEY)
    slack.settings(scopes=["chat:write"])
    with pytest.raises(NeedsHuman, match="lacks the scope channels:history"):
        await SlackChat(options()).find(C, KEY)


async def test_a_repeat_says_so(slack: FakeSlack, chat: SlackChat) -> None:
    await chat.post(C, card(), KEY, repeat=True)
    assert "Possible repeat" in slack.channel(C).message("sg-12").shown


async def test_a_busy_channel_says_when_to_come_back_and_is_not_slept_on(slack: FakeSlack, chat: SlackChat) -> None:
    slack.add_channel("C0BUSY")
    slack.settings(limits={"channel_burst": 1})
    await chat.post("C0BUSY", card(), KEY)
    with pytest.raises(Retriable) as refused:
        await chat.post("C0BUSY", card(), KEY)
    assert refused.value.after == 1.0
    calls = [line for line in slack.calls("chat.postMessage") if line["arguments"]["channel"] == "C0BUSY"]
    assert len(calls) == 2, "nothing retries behind our back"


async def test_a_slack_that_cannot_be_reached_has_done_nothing(options: Make) -> None:
    nowhere = SlackChat(options(api_url="http://127.0.0.1:9/api/"))
    with pytest.raises(Retriable, match="could not be reached"):
        await nowhere.post(C, card(), KEY)


async def test_an_answer_that_takes_too_long_is_ambiguous(slack: FakeSlack, options: Make) -> None:
    slack.fault("latency", seconds=1.5, method="chat.postMessage")
    with pytest.raises(Ambiguous, match="in time"):
        await SlackChat(options(), timeout=1).post(C, card(), KEY)
    # Slack goes on with it: what comes so late belongs to this test, not to one after it.
    assert slack.wait(lambda: next((m for m in slack.channel(C).messages() if "sg-12" in m.shown), None))


PERMANENT = [
    ("channel_not_found", "was not invited|check its id"), ("invalid_auth", "token"), ("not_in_channel", "/invite"),
    ("is_archived", "unarchive"), ("invalid_blocks", "defect"), ("account_inactive", "install it again"),
    ("never_heard_of", "docs.slack.dev"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "advice"), PERMANENT)
async def test_what_a_person_must_change_is_said(slack: FakeSlack, chat: SlackChat, error: str, advice: str) -> None:
    slack.fault("error", error=error, method="chat.postMessage")
    with pytest.raises(NeedsHuman, match=advice) as refused:
        await chat.post(C, card(), KEY)
    assert error in str(refused.value)
    assert slack.token not in str(refused.value)


@pytest.mark.parametrize(("error", "kind"), [("service_unavailable", Retriable), ("fatal_error", Ambiguous)])
async def test_slacks_own_troubles_pass(slack: FakeSlack, chat: SlackChat, error: str, kind: type[Exception]) -> None:
    slack.fault("error", error=error, method="chat.postMessage")
    with pytest.raises(kind):
        await chat.post(C, card(), KEY)


async def test_a_real_refusal_of_the_token_or_the_channel(slack: FakeSlack, options: Make) -> None:
    with pytest.raises(NeedsHuman, match="invalid_auth"):
        await SlackChat(options(bot_token="xoxb-wrong")).post(C, card(), KEY)
    with pytest.raises(NeedsHuman, match="channel_not_found"):
        await SlackChat(options()).post("C0NOWHERE", card(), KEY)
    with pytest.raises(NeedsHuman, match="copy the id \\(C"):
        await SlackChat(options()).post("#payments", card(), KEY)
    with pytest.raises(NeedsHuman, match="deleted"):
        await SlackChat(options()).edit(C, "1.000001", card())


@pytest.mark.parametrize(("header", "seconds"), [("30", 30.0), ("x", None), ("nan", None), ("-1", None), (None, None)])
def test_retry_after_is_read_with_care(header: str | None, seconds: float | None) -> None:
    failure = of_status(429, {"Retry-After": header} if header else {}, "testing")
    assert isinstance(failure, Retriable)
    assert failure.after == seconds


# Private answers


def private_reply(slack: FakeSlack, **values: str) -> ReplyTo:
    return ReplyTo("slack", {"channel": C, "person": "U0ANA", **values})


async def test_a_private_answer_is_seen_by_one_person(slack: FakeSlack, chat: SlackChat) -> None:
    slack.add_person("U0ANA", "ana")
    await chat.answer(private_reply(slack), Message(text="Bo took it at 10:02."))
    assert slack.private_message("Bo took it", to="U0ANA").channel == C


async def test_an_address_that_is_not_slacks_is_never_fetched(slack: FakeSlack, chat: SlackChat) -> None:
    slack.add_person("U0ANA", "ana")
    reply = private_reply(slack, response_url="http://127.0.0.1:9/latest/meta-data")
    await chat.answer(reply, Message(text="by the other way"))
    assert slack.private_message("by the other way", to="U0ANA")


async def test_outside_the_channel_the_answer_comes_directly(slack: FakeSlack, chat: SlackChat) -> None:
    slack.add_person("U0ANA", "ana")
    slack.add_channel("C0FAR", member=False)
    await chat.answer(private_reply(slack, channel="C0FAR"), Message(text="directly then"))
    assert slack.channel("D0ANA").message("directly then")


async def test_nowhere_to_answer_is_said(chat: SlackChat) -> None:
    with pytest.raises(NeedsHuman, match="expired"):
        await chat.answer(ReplyTo("slack"), Message(text="x"))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://hooks.slack.com/actions/T1/2/x", True),
        ("https://hooks.slack.com:443/actions", True),
        ("https://slack.com/x", True),
        ("http://hooks.slack.com/actions", False),
        ("https://hooks.slack.com.evil.example/x", False),
        ("https://evil.example/hooks.slack.com", False),
        ("https://hooks.slack.com@evil.example/", False),
        ("https://evil.example\\@hooks.slack.com/", False),
        ("https://hooks.slack.com:8443/x", False),
        ("https://hooks.slack.com:x/", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("https://[::ffff:127.0.0.1]/", False),
        ("https://[", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_slacks_own_addresses_are_answered_to(url: str, allowed: bool) -> None:
    assert may_post_to(url, "https://slack.com/api/") is allowed


async def test_a_form_that_was_never_opened_is_told_about(slack: FakeSlack, options: Make) -> None:
    slack.add_person("U0ANA", "ana")
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    chat = SlackChat(options(), pause=pause)
    await chat.fill_form(private_reply(slack, view="never"), Form("Plan", (Paragraph((Plain("x"),)),)))
    assert slack.private_message("Press the button again", to="U0ANA")
    assert 0 < sum(waits) < 5, "it waits for the modal to appear, a little"


async def test_after_typed_words_no_form_waits_to_be_filled(slack: FakeSlack, chat: SlackChat) -> None:
    before = slack.calls()
    await chat.fill_form(private_reply(slack), Form("Plan", (Paragraph((Plain("x"),)),)))
    assert slack.calls() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"signing_secrets": ()},
        {"signing_secrets": ("",)},
        {"signing_secrets": ("a", "b", "c")},
        {"bot_token": " "},
        {"api_url": "http://example.com/api/"},
        {"api_url": "https://slack.com/api"},
    ],
)
def test_unsafe_options_are_refused_at_the_start(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="slack"):
        SlackOptions(**{"signing_secrets": ("s",), "bot_token": "t", **wrong})  # type: ignore[arg-type]


def test_secrets_are_not_shown() -> None:
    shown = repr(SlackOptions(signing_secrets=("s3cret",), bot_token="xoxb-s3cret"))
    assert "s3cret" not in shown
