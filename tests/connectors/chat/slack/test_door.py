"""The door as the people of the fake Slack meet it: presses, forms, commands, redeliveries, slowness, strangers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from connectors.chat.slack import SlackOptions
from connectors.contract.failure import Retriable
from connectors.contract.message import Attachment, Click, Diff, Form, Input, InputKind, Level, Message, Notice, Plain
from tests.connectors.chat.slack.app import DoorApp
from tests.connectors.chat.slack.cards import KEY, card
from tests.fakes.slack.client import FakeSlack
from tests.fakes.slack.story import Delivered

C = "C0PAY"
FORM = Form(
    title="Close port 22",
    parts=(Diff(("- tcp 22 from 0.0.0.0/0",)),),
    offer="o-do",
    submit="Fix now",
    inputs=(
        Input("reason", "Why", InputKind.LINE),
        Input("until", "Until", InputKind.DATE, latest=date(2026, 6, 1), optional=True),
    ),
)


@pytest.fixture
def app(options: Callable[..., SlackOptions], slack: FakeSlack) -> Iterator[DoorApp]:
    running = DoorApp(options()).start()
    slack.connect(running.url)
    slack.add_person("U0ANA", "ana")
    yield running
    running.stop()


def press(slack: FakeSlack, app: DoorApp, label: str = "I'm on it", by: str = "U0ANA") -> Delivered:
    asyncio.run(app.chat.post(C, card(), KEY))
    return slack.channel(C).message("sg-12").button(label).press(by=by)


def test_a_press_is_a_click_of_a_person_on_an_offer(slack: FakeSlack, app: DoorApp) -> None:
    pressed = press(slack, app)
    assert (pressed.acknowledged, pressed.body) == (True, "")
    (click,) = app.inbox.clicks
    assert (click.actor.platform, click.actor.id, click.actor.name) == ("slack", "T0SUTURE1:U0ANA", "ana")
    assert (click.offer, click.submitted, dict(click.inputs)) == ("o-mine", False, {})
    assert click.reply.values["channel"] == C
    assert "trigger" not in json.dumps(dict(click.reply.values)), "what is kept on disk holds nothing that opens forms"


def test_no_call_is_made_before_the_first_click_is_answered(slack: FakeSlack, app: DoorApp) -> None:
    press(slack, app)
    assert slack.calls("auth.test") == []


def test_a_menu_entry_is_a_click_too(slack: FakeSlack, app: DoorApp) -> None:
    press(slack, app, "Not mine")
    assert app.inbox.clicks[0].offer == "o-no"


def test_the_same_press_again_has_the_same_key_and_another_press_another(slack: FakeSlack, app: DoorApp) -> None:
    first = press(slack, app)
    for _ in range(3):
        assert slack.redeliver(first).acknowledged
    slack.channel(C).message("sg-12").button("I'm on it").press(by="U0ANA")
    slack.channel(C).message("sg-12").button("I'm on it").press(by="U0BO")
    keys = [click.key for click in app.inbox.clicks]
    assert len(keys) == 6
    assert len(set(keys[:4])) == 1
    assert len(set(keys)) == 3


def test_a_private_answer_reaches_only_who_pressed(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.says = Message(text="Bo took it at 10:02.")
    press(slack, app)
    assert slack.private_message("Bo took it", to="U0ANA")
    assert len(slack.channel(C).messages()) == 1
    assert slack.calls("response_url")[-1]["arguments"]["response_type"] == "ephemeral"


def test_a_form_is_opened_light_filled_and_submitted(slack: FakeSlack, app: DoorApp) -> None:
    assert press(slack, app, "Fix now…").acknowledged
    waiting = slack.view(by="U0ANA")
    assert waiting.title == "One moment"
    asyncio.run(app.chat.fill_form(app.inbox.clicks[0].reply, FORM))
    filled = slack.view(by="U0ANA", containing="tcp 22")
    assert (filled.id, filled.title, filled.inputs) == (waiting.id, "Close port 22", ["reason", "until"])
    done = slack.submit(filled, {"reason": "exploited <now>"}, by="U0ANA")
    assert (done.acknowledged, done.open) == (True, False)
    click = app.inbox.clicks[-1]
    assert (click.offer, click.submitted) == ("o-do", True)
    assert dict(click.inputs) == {"reason": "exploited <now>", "until": ""}
    assert click.reply.values == {"channel": C, "person": "U0ANA", "view": click.key}
    slack.redeliver(done)
    assert app.inbox.clicks[-1].key == click.key


def test_a_form_is_filled_although_the_work_is_quicker_than_the_modal(slack: FakeSlack, app: DoorApp) -> None:
    async def fill_at_once(click: Click) -> None:
        filling.append(asyncio.create_task(app.chat.fill_form(click.reply, FORM)))

    filling: list[asyncio.Task[None]] = []
    app.inbox.then = fill_at_once
    slack.fault("latency", method="views.open", seconds=0.3)
    press(slack, app, "Fix now…")
    assert slack.view(by="U0ANA", containing="tcp 22").title == "Close port 22"


def test_a_date_out_of_bounds_is_said_at_its_field(slack: FakeSlack, app: DoorApp) -> None:
    press(slack, app, "Fix now…")
    slack.view(by="U0ANA")
    asyncio.run(app.chat.fill_form(app.inbox.clicks[0].reply, FORM))
    view = slack.view(by="U0ANA", containing="tcp 22")
    late = slack.submit(view, {"reason": "x", "until": "2026-06-02"}, by="U0ANA")
    assert (late.open, late.errors) == (True, {"input:until": "Not after 2026-06-01."})
    assert len(app.inbox.clicks) == 1, "nothing was submitted yet"
    assert not slack.submit(view, {"reason": "x", "until": "2026-06-01"}, by="U0ANA").open


def test_a_form_that_is_ready_at_once_is_opened_whole(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.says = FORM
    assert press(slack, app).acknowledged
    view = slack.view(by="U0ANA", containing="tcp 22")
    assert (view.title, view.revisions) == ("Close port 22", 1)


def test_a_form_that_asks_back_changes_in_place(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.says = FORM
    press(slack, app)
    view = slack.view(by="U0ANA")
    app.inbox.says = Form("Say more", (Notice(Level.WARNING, (Plain("Too short."),)),), "o-do", "Fix now", FORM.inputs)
    asked = slack.submit(view, {"reason": "x"}, by="U0ANA")
    assert (asked.acknowledged, asked.open) == (True, True)
    changed = slack.view(by="U0ANA", containing="Too short")
    assert changed.id == view.id
    app.inbox.says = None
    assert not slack.submit(changed, {"reason": "because it is open"}, by="U0ANA").open
    assert [click.offer for click in app.inbox.clicks[1:]] == ["o-do", "o-do"]
    assert app.inbox.clicks[-1].key != app.inbox.clicks[-2].key
    assert app.inbox.clicks[-1].reply.values["channel"] == C


def test_a_form_that_opens_too_late_says_how_to_get_it(slack: FakeSlack, app: DoorApp) -> None:
    async def dawdle(click: Click) -> None:
        await asyncio.to_thread(slack.advance, 3.1)

    app.inbox.then = dawdle
    assert press(slack, app, "Fix now…").acknowledged
    assert slack.private_message("Press the button again", to="U0ANA")


def test_a_refused_press_opens_no_form(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.says = Message(text="Only the payments team may do this.")
    press(slack, app, "Fix now…")
    assert slack.private_message("Only the payments", to="U0ANA")
    assert slack.views() == []


def test_a_command_is_answered_in_its_acknowledgement(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.says = card("nothing <!channel>")
    typed = slack.command("/suture", " mine --share ", by="U0ANA", channel=C)
    assert typed.acknowledged
    assert slack.private_message("nothing &lt;!channel&gt;", to="U0ANA").button("I'm on it")
    (command,) = app.inbox.commands
    assert (command.words, command.actor.id) == ("mine --share", "T0SUTURE1:U0ANA")
    assert slack.redeliver(typed).acknowledged
    slack.command("/suture", "mine --share", by="U0ANA", channel=C)
    keys = [one.key for one in app.inbox.commands]
    assert (keys[0] == keys[1], keys[1] == keys[2]) == (True, False)


def test_a_command_may_speak_of_a_payload(slack: FakeSlack, app: DoorApp) -> None:
    assert slack.command("/suture", "who payload-service&payload=x", by="U0ANA").acknowledged
    assert app.inbox.commands[0].words == "who payload-service&payload=x"


@pytest.mark.parametrize("typed", ["affected openssl<1.0.1g", "affected openssl&lt;1.0.1g"])
def test_a_command_reads_the_same_with_slacks_entities_and_without(slack: FakeSlack, app: DoorApp, typed: str) -> None:
    assert slack.command("/suture", typed, by="U0ANA").acknowledged
    assert app.inbox.commands[0].words == "affected openssl<1.0.1g"


def test_a_slow_inbox_is_still_acknowledged_in_time(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.delay = 0.8
    pressed = press(slack, app, "Fix now…")
    assert pressed.acknowledged
    assert 800 < pressed.ms < 3000
    assert slack.view(by="U0ANA").title == "One moment"


def test_what_is_not_stored_in_time_is_not_acknowledged(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.delay = 2.9
    pressed = press(slack, app)
    assert (pressed.status, pressed.error) == (503, "")
    assert pressed.ms < 3000


def test_what_could_not_be_stored_is_not_acknowledged(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.fails = Retriable("the disk is full")
    pressed = press(slack, app)
    assert pressed.status == 503
    assert "disk" not in pressed.body
    app.inbox.fails = None
    assert slack.redeliver(pressed).acknowledged


def test_a_lost_private_answer_loses_nothing(slack: FakeSlack, app: DoorApp) -> None:
    slack.fault("drop_after", method="response_url")
    app.inbox.says = Message(text="noted")
    assert press(slack, app).acknowledged
    assert press(slack, app).acknowledged
    assert len(app.inbox.clicks) == 2


def test_a_button_that_is_not_ours_is_only_acknowledged(slack: FakeSlack, app: DoorApp) -> None:
    element = {"type": "button", "text": {"type": "plain_text", "text": "Docs"}, "action_id": "link"}
    body = {"channel": C, "text": "old", "blocks": [{"type": "actions", "elements": [element]}]}
    slack.http.post(slack.url + "chat.postMessage", json=body, headers={"authorization": f"Bearer {slack.token}"})
    assert slack.channel(C).message("old").button("Docs").press(by="U0ANA").acknowledged
    assert app.inbox.clicks == []


def test_handshakes_and_unknown_events_are_answered(slack: FakeSlack, app: DoorApp) -> None:
    asked = slack.callback({"type": "url_verification", "challenge": "3eZbrw1a"})
    assert (asked.status, asked.body) == (200, "3eZbrw1a")
    assert slack.http.get(app.url, params={"ssl_check": "1"}).status_code == 200
    told = slack.callback({"type": "event_callback", "team_id": "T0SUTURE1", "event": {"type": "app_uninstalled"}})
    assert told.acknowledged
    assert slack.callback({"type": "url_verification"}).status == 401


def test_a_secret_is_changed_without_a_refusal(slack: FakeSlack, app: DoorApp) -> None:
    for secret, status in (("the-present-secret", 200), ("the-one-before", 200), ("a-third", 401)):
        slack.settings(signing_secret=secret)
        assert press(slack, app).status == status


def test_a_foreign_workspace_or_app_is_refused(slack: FakeSlack, options: Callable[..., SlackOptions]) -> None:
    for more, status in (
        ({"teams": ("T0SUTURE1", "T0OTHER")}, 200),
        ({"teams": ("T0OTHER",)}, 401),
        ({"app_id": "A0SUTURE1"}, 200),
        ({"app_id": "A0OTHER"}, 401),
    ):
        app = DoorApp(options(**more)).start()
        slack.connect(app.url)
        assert (press(slack, app).status, slack.command("/suture", "mine", by="U0ANA").status) == (status, status)
        assert len(app.inbox.clicks) == len(app.inbox.commands) == (status == 200)
        app.stop()


def test_a_stranger_of_a_shared_channel_keeps_the_own_workspace(slack: FakeSlack, app: DoorApp) -> None:
    slack.add_person("U0ALIEN", team="T0ELSEWHERE")
    press(slack, app, by="U0ALIEN")
    assert app.inbox.clicks[0].actor.id == "T0ELSEWHERE:U0ALIEN", "no person of ours has this identity"


def test_the_apps_page_is_acknowledged_and_then_shown(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.sections = (Message(text="My open cases: 2", header="My open cases: 2"), Message(text="None ends soon."))
    opened = slack.open_home(by="U0ANA")
    assert (opened.acknowledged, opened.body) == (True, "")
    slack.home("U0ANA", "None ends soon.")
    assert [visit.id for visit in app.inbox.visits] == ["T0SUTURE1:U0ANA"]


def test_a_page_that_cannot_be_read_harms_nobody(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.fails = Retriable("the database is away")
    assert slack.open_home(by="U0ANA").acknowledged
    app.inbox.fails = None
    app.inbox.sections = (Message(text="There again."),)
    assert slack.open_home(by="U0ANA").acknowledged
    slack.home("U0ANA", "There again.")


def test_another_tab_and_another_happening_are_only_acknowledged(slack: FakeSlack, app: DoorApp) -> None:
    for told in ({"type": "app_home_opened", "tab": "messages", "user": "U0ANA"}, {"type": "member_joined_channel"}):
        body = {"type": "event_callback", "team_id": "T0SUTURE1", "api_app_id": "A0SUTURE1", "event": told}
        assert slack.callback(body).acknowledged
    assert app.inbox.visits == []


def answer_with_file(app: DoorApp, slack: FakeSlack, *, shared: bool) -> Delivered:
    long = Attachment("cases.txt", "Open cases: 2,000 <!channel>", "S-1 one\nS-2 \u202etwo & <three>\n")
    app.inbox.says = Message(text="Open cases: 2,000", shared=shared, attachment=long)
    return slack.command("/suture", "list", by="U0ANA", channel=C)


def test_an_answer_is_shared_only_when_it_says_so(slack: FakeSlack, app: DoorApp) -> None:
    app.inbox.says = Message(text="For you alone.")
    slack.command("/suture", "mine", by="U0ANA", channel=C)
    app.inbox.says = Message(text="For everybody.", shared=True)
    slack.command("/suture", "mine --share", by="U0ANA", channel=C)
    slack.private_message("For you alone.", to="U0ANA")
    assert [message.text for message in slack.channel(C).messages()] == ["For everybody."]


@pytest.mark.parametrize(("shared", "where"), [(False, "D0ANA"), (True, C)])
def test_a_long_answer_comes_whole_where_it_belongs(
    slack: FakeSlack, options: Callable[..., SlackOptions], shared: bool, where: str
) -> None:
    running = DoorApp(options(files_scope=True)).start()
    slack.connect(running.url)
    slack.add_person("U0ANA", "ana")
    slack.settings(scopes=["chat:write", "files:write", "im:write"])
    before = len(slack.files())
    assert answer_with_file(running, slack, shared=shared).acknowledged
    file = slack.wait(lambda: slack.files()[before:])[0]
    running.stop()
    assert (file["name"], file["channel"]) == ("cases.txt", where)
    assert "Open cases: 2,000 &lt;!channel&gt;" in [message.text for message in slack.channel(where).messages()]
    assert file["content"] == "S-1 one\nS-2 two & <three>\n", "hidden characters are gone, the rest is as it was"


def test_a_file_shared_where_the_app_is_no_member_goes_to_who_asked(
    slack: FakeSlack, options: Callable[..., SlackOptions]
) -> None:
    running = DoorApp(options(files_scope=True)).start()
    slack.connect(running.url)
    slack.add_person("U0ANA", "ana")
    slack.add_channel(C, "payments", member=False)
    slack.settings(scopes=["chat:write", "files:write", "im:write"])
    before = len(slack.files())
    answer_with_file(running, slack, shared=True)
    assert slack.wait(lambda: slack.files()[before:])[0]["channel"] == "D0ANA"
    running.stop()


def test_without_the_scope_the_answer_stands_alone(slack: FakeSlack, app: DoorApp) -> None:
    asked = sum(line["what"] == "call" for line in slack.calls("files.getUploadURLExternal"))
    assert answer_with_file(app, slack, shared=False).acknowledged
    assert sum(line["what"] == "call" for line in slack.calls("files.getUploadURLExternal")) == asked
