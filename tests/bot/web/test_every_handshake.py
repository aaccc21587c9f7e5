"""Every source's handshakes, over HTTP and through the whole application: what its payloads ask is answered so.

A new source is tried by being there: its questions stand in tests/payloads/<source>/handshakes.json.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path

import httpx2
import pytest

from bot.store import tables as t
from connectors.contract.source import Incoming, Source
from connectors.signing.sns import AwsSns
from tests.bot.web.served import SECRET, Served, serving, write_config
from tests.connectors.certificates import CERTIFICATE_URL, TOPIC, as_body, signed
from tests.connectors.proofs import prove
from tests.connectors.sources.handshakes import Handshake, handshakes_of
from tests.connectors.sources.payloads import SOURCES

EVERY = {source.id: source for source in SOURCES.values() if handshakes_of(source)}


@asynccontextmanager
async def enabled(
    source: Source, allow: Sequence[str], folder: Path, url: str, amazon: list[str]
) -> AsyncIterator[Served]:
    """The application with this source alone, these its allowed senders."""
    config = write_config(folder)
    listed = json.dumps([*allow, *([TOPIC] if _signs_itself(source) else [])])
    told = f"sources:\n  {source.id}: {{secrets: [{{env: TEST_SECRET}}], allow: {listed}}}\n"
    (config / "sources.yaml").write_text(told, encoding="utf-8")
    async with serving(config, url, amazon, worker=False) as made:
        yield made


def _signs_itself(source: Source) -> bool:
    return isinstance(source.verifiers[0], AwsSns)


def request_of(source: Source, asked: Handshake) -> Incoming:
    """What its true sender sends; SNS signs its own message, the others sign what they post."""
    plain = Incoming(asked.method, asked.headers, asked.query, asked.content)
    if not asked.signed:
        return plain
    if _signs_itself(source):
        return Incoming(asked.method, asked.headers, asked.query, as_body(signed(**asked.body)))
    return prove(source.verifiers[0], SECRET, plain)


async def ask(served: Served, source: Source, request: Incoming) -> httpx2.Response:
    address = f"{served.url}/v1/alerts/{source.id}" + (f"/{request.token}" if request.token else "")
    headers, query = dict(request.headers), dict(request.query)
    return await served.http.request(request.method, address, content=request.body, headers=headers, params=query)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_its_vendors_questions_are_answered(
    name: str, tmp_path: Path, database_url: str, amazon: list[str]
) -> None:
    """Each as it should be; and those that have to be signed, to nobody who cannot sign."""
    source = EVERY[name]
    for allow, questions in groupby(handshakes_of(source), key=lambda one: one.allow):
        folder = tmp_path / ("-".join(allow) or "none")
        folder.mkdir()
        async with enabled(source, allow, folder, database_url, amazon) as served:
            for asked in questions:
                amazon.clear()
                await answered_rightly(served, source, asked)
                assert [url for url in amazon if url != CERTIFICATE_URL] == list(asked.asks), asked.name
            assert await served.rows(t.delivery) == []


async def answered_rightly(served: Served, source: Source, asked: Handshake) -> None:
    if asked.signed:
        forged = Incoming(asked.method, asked.headers, asked.query, asked.content)
        assert (await ask(served, source, forged)).status_code == 401, asked.name
    answered = await ask(served, source, request_of(source, asked))
    assert answered.status_code == asked.answer["status"], (asked.name, answered.text)
    told = {name: answered.headers.get(name) for name in asked.answer.get("headers", {})}
    assert told == asked.answer.get("headers", {}), asked.name
    if "body" in asked.answer:
        said = asked.answer["body"]
        assert (answered.text if isinstance(said, str) else answered.json()) == said, asked.name


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_source_that_is_not_enabled_answers_none_of_them(served: Served) -> None:
    off = [source for source in EVERY.values() if source.id not in served.wiring.settings.sources]
    assert off
    for source in off:
        for asked in handshakes_of(source):
            answered = await ask(served, source, request_of(source, asked))
            assert (answered.status_code, "no such source" in answered.text) == (404, True)
