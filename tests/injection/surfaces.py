"""Every place where text goes out. A new one is one line in SURFACES: its name, how it is made, who reads it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import structlog

from bot.logs import configure_logs
from bot.model.case_view import CaseView, Offers
from bot.model.digest import StormDigest
from bot.model.person import Person
from bot.model.priority_tables import Priority
from bot.store.digest import team_digest
from bot.views.answers import refusal
from bot.views.approvals import approve_acceptance_form, approve_form, deny_form, glass_form
from bot.views.card import case_card
from bot.views.change_record import change_paragraphs, change_summary, result_paragraphs
from bot.views.digest import digest_message, lasting_storm_message, storm_message
from bot.views.direct import direct_card
from bot.views.forms import accept_form, snooze_form
from bot.views.lasting import lasting_card, news_card
from bot.views.plain_text import lines_of
from bot.views.thread import thread_line
from bot.views.ticket import Said, remark_paragraphs, ticket_paragraphs, ticket_summary, ticket_words
from connectors.chat.slack.render import home_view, message_body, modal_view
from connectors.chat.teams_webhook.render import message_body as teams_body
from connectors.contract.message import Form, Message
from connectors.text import one_line
from connectors.trackers.jira.text import as_document, as_wiki
from tests.injection import grammars
from tests.injection.grammars import Tokens
from tests.injection.made_of_words import on_call, plan, run
from tests.injection.story import ME, Told

_QUOTES = str.maketrans("", "", "'‘’")  # the command's own


@dataclass(frozen=True, slots=True)
class Surface:
    """``made`` is what leaves us; ``read`` is how whoever gets it reads it."""

    name: str
    made: Callable[[Told], Awaitable[Any]]
    read: Callable[[Any], Tokens]


def page(address: str) -> Callable[[Told], Awaitable[str]]:
    """A page of the console; ``{question}`` in its address is what somebody typed."""

    async def made(told: Told) -> str:
        question = told.words["question"]
        typed = {"question": question, "segment": question.replace("/", "")}
        quoted = {name: quote(text.encode("utf-8", "replace"), safe="") for name, text in typed.items()}
        return await told.page(address.format(**quoted))

    return made


def form(button: str) -> Callable[[Told], Awaitable[str]]:
    async def made(told: Told) -> str:
        return await told.form(button)

    return made


def export(kind: str) -> Callable[[Told], Awaitable[str]]:
    async def made(told: Told) -> str:
        # A row of CSV ends in CR LF (RFC 4180); within a cell a CR would still be one.
        return (await told.post("/audit/export", format=kind)).replace('"\r\n', '"\n')

    return made


def asked(words: str, drawn: Callable[[Any], Any]) -> Callable[[Told], Awaitable[Any]]:
    """The answer to typed words, drawn for a chat, a terminal or a page."""

    async def made(told: Told) -> Any:
        question = told.words["question"].translate(_QUOTES)
        return drawn(await told.command(words.format(question=question)))

    return made


async def slack_card(told: Told) -> Any:
    return message_body(case_card(told.view, told.offers, told.console.clock()))


async def slack_thread(told: Told) -> Any:
    return message_body(thread_line(told.view.history, "slack"))


async def slack_home(told: Told) -> Any:
    return home_view(await told.console.inbox.home(ME))


async def slack_direct(told: Told) -> Any:
    return message_body(direct_card(told.view))


async def slack_modals(told: Told) -> Any:
    today = told.console.clock().date()
    forms = (snooze_form(told.view, "o-1", timedelta(days=30)), accept_form(told.view, "o-2", today, today))
    return [modal_view(each, external_id="x") for each in forms]


async def teams_card(told: Told) -> Any:
    """With a link behind each button, as the console would sign it."""
    message = case_card(told.view, told.offers, told.console.clock())
    shown = (*message.buttons, *message.overflow)
    return teams_body(
        message, {button.offer: f"https://suture.example.com/confirm/{n}" for n, button in enumerate(shown)}
    )


async def jira_document(told: Told) -> Any:
    return as_document(ticket_paragraphs(told.view), told.view.link)


async def jira_wiki(told: Told) -> str:
    return as_wiki(ticket_paragraphs(told.view), told.view.link)


async def jira_summary(told: Told) -> str:
    return ticket_summary(told.view)


async def jira_fields(told: Told) -> str:
    """What a configured field may be filled with."""
    return json.dumps(dict(ticket_words(told.view)), ensure_ascii=False)


def remark(told: Told) -> tuple[str, ...]:
    """The comment that tells a ticket all that happened."""
    return remark_paragraphs([Said(line.at, line.who, line.text, line.link) for line in told.view.history])


async def comment_document(told: Told) -> Any:
    return as_document(remark(told), told.view.link, "suture line-1")


async def comment_wiki(told: Told) -> str:
    return as_wiki(remark(told), told.view.link, "suture line-1")


def change(told: Told) -> tuple[str, ...]:
    """A change record, and the comment with its result."""
    record = run(told.words, told.console.clock())
    return (*change_paragraphs(record), *result_paragraphs(record))


async def change_document(told: Told) -> Any:
    return as_document(change(told), told.view.link)


async def change_wiki(told: Told) -> str:
    return as_wiki(change(told), told.view.link)


async def change_title(told: Told) -> str:
    """As the tracker sends it."""
    return one_line(change_summary(run(told.words, told.console.clock())), 250)


def with_more(told: Told) -> CaseView:
    """The case with a plan that was read, and who is on call for its owner."""
    now = told.console.clock()
    return replace(told.view, on_call=on_call(told.words, now), plan=(plan(told.words, now),), plan_id="plan-1")


async def more_card(told: Told) -> Any:
    return message_body(case_card(with_more(told), told.offers, told.console.clock()))


async def teams_lasting(told: Told) -> Any:
    """What a chat that cannot edit gets: the card, and the short one of what must be heard."""
    view, now = with_more(told), told.console.clock()
    return [
        teams_body(lasting_card(view, Offers(), now), {}),
        teams_body(news_card(view.history, view, Offers(), now), {}),
    ]


def storm(told: Told) -> StormDigest:
    now = told.console.clock()
    counts = ((told.view.owner_name, ((Priority.SCHEDULED, 40),)),)
    return StormDigest(began=now, last=now, ended=False, link=told.view.link, counts=counts, on_their_own=2)


async def slack_storm(told: Told) -> Any:
    return message_body(storm_message(storm(told)))


async def teams_storm(told: Told) -> Any:
    return teams_body(lasting_storm_message(storm(told), told.console.clock(), timedelta(minutes=10)), {})


async def digest(told: Told) -> Message:
    """A team's digest, with the risk that is accepted and the case that is urgent."""
    wiring, now = told.console.wiring, told.console.clock()
    team = wiring.settings.people.team(told.view.owner)
    assert team is not None
    async with wiring.store.read() as connection:
        return digest_message(await team_digest(connection, team, now, wiring.settings.public_url), now)


async def slack_digest(told: Told) -> Any:
    return message_body(await digest(told))


async def teams_digest(told: Told) -> Any:
    return teams_body(await digest(told), {})


async def questions(told: Told) -> list[Form]:
    """What an approver is shown, of a plan and of a risk; why not; and the last resort."""
    view, words, now = with_more(told), told.words, told.console.clock()
    asker = Person(id="ana", name=words["person"])
    row = SimpleNamespace(requester="ana", level=2, why=words["reason"], expires_at=now)
    return [
        approve_form(view, view.plan, "o-1", asker, row, now),
        approve_acceptance_form(view, "o-2", asker, words["reason"], words["control"], now),
        deny_form(view, "o-3", asker),
        glass_form(view, view.plan, "o-4", now),
    ]


async def slack_questions(told: Told) -> Any:
    return [modal_view(each, external_id="x") for each in await questions(told)]


async def slack_refusal(told: Told) -> Any:
    """Who could: people, and whoever signs in with a group."""
    team = told.console.wiring.settings.people.team("platform")
    assert team is not None
    return message_body(refusal(told.words["reason"], (told.words["person"], *team.by_sign_in)))


async def logged(told: Told) -> str:
    """Our own log and a library's, with the words as values and within the sentence."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logs("info", stream=stream)
        structlog.get_logger().warning("finding", title=told.words["title"], rest=[told.words["summary"]])
        logging.getLogger("a.library").warning("read %s", told.words["title"])
    finally:
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)
    return stream.getvalue()


def terminal(message: Any) -> str:
    return "\n".join(lines_of(message))


SURFACES = (
    Surface("Slack: card", slack_card, grammars.slack),
    Surface("Slack: thread", slack_thread, grammars.slack),
    Surface("Slack: home", slack_home, grammars.slack),
    Surface("Slack: direct message", slack_direct, grammars.slack),
    Surface("Slack: modals", slack_modals, grammars.slack),
    Surface("Slack: card with a plan and who is on call", more_card, grammars.slack),
    Surface("Slack: digest", slack_digest, grammars.slack),
    Surface("Slack: storm", slack_storm, grammars.slack),
    Surface("Slack: questions", slack_questions, grammars.slack),
    Surface("Slack: refusal", slack_refusal, grammars.slack),
    Surface("Slack: oncall", asked("oncall", message_body), grammars.slack),
    Surface("Slack: list", asked("list", message_body), grammars.slack),
    Surface("Slack: affected", asked("affected '? {question}'", message_body), grammars.slack),
    Surface("Slack: who", asked("who '{question}'", message_body), grammars.slack),
    Surface("Slack: whoami", asked("whoami", message_body), grammars.slack),
    Surface("Slack: wrong word", asked("'{question}'", message_body), grammars.slack),
    Surface("Slack: audit", asked("audit S-1", message_body), grammars.slack),
    Surface("Slack: windows", asked("windows", message_body), grammars.slack),
    Surface("Slack: freeze", asked("freeze production 1h '{question} and more'", message_body), grammars.slack),
    Surface("Teams: card", teams_card, grammars.card),
    Surface("Teams: cards that last", teams_lasting, grammars.card),
    Surface("Teams: digest", teams_digest, grammars.card),
    Surface("Teams: storm", teams_storm, grammars.card),
    Surface("console: cases", page("/"), grammars.html),
    Surface("console: case", page("/cases/S-1"), grammars.html),
    Surface("console: findings", page("/cases/S-1/affected"), grammars.html),
    Surface("console: affected", page("/affected?q=%3F+{question}"), grammars.html),
    Surface("console: audit", page("/audit?words=accept"), grammars.html),
    Surface("console: audit search", page("/audit?who={question}&case={question}&from={question}"), grammars.html),
    Surface("console: accepted risks", page("/acceptances"), grammars.html),
    Surface("console: policy", page("/policy?person=ben&act=view&on=S-1"), grammars.html),
    Surface("console: policy of a name", page("/policy?person={question}&act=view&on={question}"), grammars.html),
    Surface("console: you", page("/me"), grammars.html),
    Surface("console: link an account", page("/link/to-link"), grammars.html),
    Surface("console: quarantine", page("/quarantine"), grammars.html),
    Surface("console: no such source", page("/sources/{segment}"), grammars.html),
    Surface("console: form", form("Snooze…"), grammars.html),
    Surface("console: no such page of ours", page("/cases/{segment}"), grammars.html),
    Surface("Jira Cloud: description", jira_document, grammars.document),
    Surface("Jira Data Center: description", jira_wiki, grammars.wiki),
    Surface("Jira Cloud: comment", comment_document, grammars.document),
    Surface("Jira Data Center: comment", comment_wiki, grammars.wiki),
    Surface("Jira Cloud: change record", change_document, grammars.document),
    Surface("Jira Data Center: change record", change_wiki, grammars.wiki),
    Surface("Jira: change record's summary", change_title, grammars.plain),
    Surface("Jira: configured fields", jira_fields, grammars.plain),
    Surface("Jira: summary", jira_summary, grammars.plain),
    Surface("terminal: list", asked("list", terminal), grammars.plain),
    Surface("terminal: whoami", asked("whoami", terminal), grammars.plain),
    Surface("terminal: card", asked("show S-1", terminal), grammars.plain),
    Surface("terminal: wrong word", asked("'{question}'", terminal), grammars.plain),
    Surface("audit: CSV", export("csv"), grammars.sheet),
    Surface("audit: JSON lines", export("jsonl"), grammars.json_lines),
    Surface("log", logged, grammars.json_lines),
)


def text_of(made: Any) -> str:
    """All the text that leaves us, as it leaves us."""
    return made if isinstance(made, str) else "".join(_texts(made))


def _texts(made: Any) -> list[str]:
    if isinstance(made, str):
        return [made]
    inside = made.values() if isinstance(made, dict) else made if isinstance(made, list | tuple) else ()
    return [text for each in inside for text in _texts(each)]


__all__ = ["SURFACES", "Surface", "text_of"]
