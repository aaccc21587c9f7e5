"""One road through the real application with given words: a finding comes in, people with names decide with reasons."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import yaml

from bot.model.case_view import CaseView, Offers
from bot.model.identities import Linked
from bot.response.viewing import Viewing
from bot.store.identities import add_link, keep_request
from bot.store.sessions import create_link
from bot.triage.accept import Received, accept
from bot.triage.rules import rules_of
from connectors.contract.message import Command, Identity, Message, ReplyTo
from connectors.contract.source import SourceOptions
from connectors.reading import read
from connectors.text import visible
from tests.bot.web.console_browser import CONFIG, Console, Forms, console_of, write_config
from tests.databases import Clock
from tests.injection.hostile import ADDRESSES, FINDING, RESOURCE, Words
from tests.injection.made_of_words import account
from tests.whole_policy import whole

ME = Identity("console", "ben", "ben")


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: a console on which ben is signed in, and his case as a chat would be given it."""

    words: Words
    console: Console
    view: CaseView
    offers: Offers

    async def page(self, address: str) -> str:
        return (await self.console.http.get(address)).text

    async def command(self, words: str) -> Message:
        """What a chat answers to typed words."""
        asked = Command(actor=ME, words=words, key=f"key of {words}", reply=ReplyTo("console"))
        answer = await self.console.inbox.command(asked)
        assert answer is not None
        return answer

    async def form(self, button: str) -> str:
        return (await self.console.press("/cases/S-1", button)).text

    async def post(self, address: str, **fields: str) -> str:
        csrf = next(fields["csrf"] for _, fields, _ in Forms(await self.page("/")).found if "csrf" in fields)
        return (await self.console.http.post(address, data={"csrf": csrf} | fields)).text


@asynccontextmanager
async def told(words: Words, folder: Path, database_url: str) -> AsyncIterator[Told]:
    """The story with these words in every place."""
    console = console_of(_configured(folder, words), database_url, Clock())
    await console.wiring.engine.start(worker=False)
    try:
        await _report(console, words)
        async with console.wiring.store.write() as connection:
            later = console.clock().replace(year=2030)
            await create_link(connection, "ben", "link", later)
            mine = Linked(account=account(words, 1), person="ben", at=console.clock())
            await add_link(connection, mine, None)
            await keep_request(connection, account(words, 2), "to-link", console.clock(), later)
        await console.http.post("/sign-in", data={"token": "link"})
        form = await console.press("/cases/S-1", "Accept risk…")
        terms = {"reason": f"{words['reason']} long enough", "control": words["control"], "until": "2026-03-05"}
        signed = await console.submit(form.text, "Accept risk", **terms)
        assert signed.status_code == 303, unescape(signed.text)
        async with console.wiring.store.write() as connection:
            seen = await Viewing(console.wiring).with_offers(connection, 1)
        assert seen is not None
        yield Told(words, console, *seen)
    finally:
        await console.http.aclose()
        await console.wiring.engine.stop(grace=1)
        await console.wiring.close()


def _configured(folder: Path, words: Words) -> Path:
    """Names of people and teams are somebody's words too."""
    config = write_config(folder)
    teams = yaml.safe_load(CONFIG["teams.yaml"])
    # What nobody sees is a mistake in a configuration: nothing starts with it.
    teams["people"][1]["name"], teams["teams"][1]["name"] = visible(words["person"]), visible(words["team"])
    teams["teams"][1]["oidc_groups"] = [visible(words["group"])]
    (config / "teams.yaml").write_text(yaml.safe_dump(teams), encoding="utf-8")
    acts = "[view, acknowledge, snooze, accept-risk, not-ours, replay, freeze]"
    rule = f"rules:\n  - {{who: lead, acts: {acts}, environments: any}}\n"
    (config / "policy.yaml").write_text(whole(rule), encoding="utf-8")
    return config


def finding(words: Words) -> bytes:
    """The finding in our own shape; beside it one that cannot be read, which the quarantine shows."""
    fields = {name: words[name] for name in (*FINDING, *ADDRESSES)}
    resource = {name: words[f"resource.{name}"] for name in RESOURCE} | {"tags": {words["tag"]: words["tag value"]}}
    good = fields | {"kind": "vulnerability", "resource": resource}
    return json.dumps({"findings": [good, good | {"kind": words["title"]}]}).encode()


async def _report(console: Console, words: Words) -> None:
    wiring = console.wiring
    reading = read(wiring.sources["generic"], finding(words), {}, SourceOptions())
    received = Received(
        id="d-1",
        source="generic",
        delivery_key=reading.delivery_key,
        received_at=console.clock(),
        headers={},
        body=finding(words),
        parser_version=1,
        records=reading.records,
    )
    async with wiring.store.write() as connection:
        await accept(connection, [received], rules_of(wiring.settings, wiring.fixes), wiring.engine)
