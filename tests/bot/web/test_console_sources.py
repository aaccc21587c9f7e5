"""Whoever connects a source finds on its page what to paste, what to do and whether it came; and never a secret."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx2
import pytest

from bot.model.source_state import SourceState, Switch
from bot.triage.accept import Received, accept
from bot.triage.rules import rules_of
from bot.views.setting_up import try_lines
from connectors.contract.finding import Quarantined
from connectors.registry import sources
from tests.bot.web.console_browser import Console, console_of, finding, words_of, write_config
from tests.databases import Clock
from tests.whole_policy import as_written

SECRETS = {"GENERIC_SECRET": "whsec_b25lLW9mLXRoZS1zZWNyZXRz", "OLD_SECRET": "whsec_dGhlLW9sZGVyLW9uZQ=="}
SOURCES = """
sources:
  generic: {secrets: [{env: GENERIC_SECRET}, {env: OLD_SECRET}]}
  alertmanager: {secrets: [{env: OLD_SECRET}]}
  aws-securityhub: {allow: ["arn:aws:sns:eu-west-1:111122223333:findings"]}
  github: {enabled: false, secrets: [{env: NOT_THERE}]}
"""


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Console]:
    config = write_config(tmp_path)
    (config / "sources.yaml").write_text(as_written("sources.yaml", SOURCES), encoding="utf-8")
    made = console_of(config, database_url, clock, **SECRETS)
    await made.wiring.engine.start(worker=False)
    await made.sign_in("ben")
    yield made
    await made.http.aclose()
    await made.wiring.engine.stop(grace=1)
    await made.wiring.close()


async def said(console: Console, address: str) -> str:
    page = unescape(await console.page(address))
    for secret in SECRETS.values():
        assert secret not in page
    return words_of(page)


async def set_aside(console: Console) -> None:
    received = Received(
        id="delivery-9",
        source="generic",
        delivery_key="id:9",
        received_at=console.clock(),
        headers={},
        body=json.dumps({"odd": 1}).encode(),
        parser_version=1,
        records=[Quarantined("", "nobody knows this shape", "{}")],
    )
    async with console.wiring.store.write() as connection:
        rules = rules_of(console.wiring.settings, console.wiring.fixes)
        await accept(connection, [received], rules, console.wiring.engine)


async def test_the_list_says_how_each_stands(console: Console) -> None:
    await console.report(finding("pay-1"), finding("pay-2"))
    console.clock.advance(hours=2)
    await set_aside(console)
    console.clock.advance(minutes=10)
    await console.sign_in("ben")

    words = await said(console, "/sources")

    assert "Any tool that can post JSON generic on 10 minutes ago 2 1 2 2 open 1" in words
    assert "GitHub" in words
    assert "off: enabled: false" in words
    assert "env NOT_THERE is empty" in words
    assert "Could be connected Not named in config/sources.yaml" in words
    page = await console.page("/quarantine?source=generic")
    assert "Quarantine: generic" in words_of(page)
    assert "Empty" in words_of(await console.page("/quarantine?source=github"))


async def test_a_page_says_what_to_paste_and_where_the_secret_is(console: Console) -> None:
    words = await said(console, "/sources/generic")

    assert "https://suture.example.com/v1/alerts/generic" in words
    assert "Read from env GENERIC_SECRET and env OLD_SECRET. Two secrets are live" in words
    assert "a signature by Standard Webhooks" in words
    assert "the secret in the header Authorization: Bearer" in words
    assert console.wiring.sources["generic"].docs in words
    assert "It says: " in words
    assert "suture send generic" in words
    assert '-H "Authorization: Bearer $GENERIC_SECRET"' in words
    assert "config/sources.yaml" not in words  # it is on: nothing to write


async def test_a_report_that_quotes_secrets_has_the_address_of_files_alone(console: Console) -> None:
    words = await said(console, "/sources/gitleaks")
    assert "https://suture.example.com/v1/scans/gitleaks" in words
    assert "/v1/alerts/gitleaks" not in words, "there it is refused"


def test_it_is_tried_with_a_report() -> None:
    state = SourceState(id="gitleaks", title="Gitleaks", switch=Switch.ON, secrets=("env SCAN_TOKEN",))
    assert try_lines("https://suture.example.com", sources()["gitleaks"], state) == [
        'curl --fail-with-body -H "Authorization: Bearer $SCAN_TOKEN" --data-binary @REPORT '
        "https://suture.example.com/v1/scans/gitleaks"
    ]


async def test_what_only_its_vendor_can_sign_has_no_line_to_try(console: Console) -> None:
    words = await said(console, "/sources/aws-securityhub")

    assert "It has no secret: only arn:aws:sns:eu-west-1:111122223333:findings may send." in words
    assert "Only the vendor can sign for it." in words
    assert "suture send" not in words
    assert "One secret is live" in await said(console, "/sources/alertmanager")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("github", ["Its address answers 404", "Nothing is in env NOT_THERE.", "github: enabled: true"]),
        ("trivy", ["not named in config/sources.yaml", "secrets: [{env: TRIVY_SECRET}]", "/v1/scans/trivy"]),
    ],
    ids=["off", "not named"],
)
async def test_what_is_not_on_says_what_to_write(console: Console, source: str, words: list[str]) -> None:
    page = await said(console, f"/sources/{source}")

    for each in [*words, "The console never writes configuration", "Switch it on first"]:
        assert each in page


async def test_the_light_turns_green_while_somebody_watches_and_then_rests(console: Console) -> None:
    page = await console.page("/sources/generic")
    address = unescape(page.partition('<iframe class="light" src="')[2].partition('"')[0])
    dark = await console.page(address)
    assert "Waiting. Nothing has come yet." in words_of(dark)
    assert '<meta http-equiv="refresh" content="3">' in dark

    console.clock.advance(seconds=5)
    await set_aside(console)
    bright = await console.page(address)
    assert 'class="lamp came"' in bright
    assert "Received. Just now" in words_of(bright)
    assert "0 findings, 1 quarantined" in words_of(bright)

    console.clock.advance(minutes=10)
    rested = await console.page(address)
    assert "refresh" not in rested
    assert "Load the page again to watch on." in words_of(rested)
    assert "last received 10 minutes ago" in words_of(await console.page("/sources/generic/light")).lower()
    assert "Off. Nothing can come in." in words_of(await console.page("/sources/github/light?since=nonsense"))


async def test_only_the_light_may_be_framed_and_only_by_us(console: Console) -> None:
    async def policy(address: str) -> str:
        answered: httpx2.Response = await console.http.get(address)
        return answered.headers["content-security-policy"]

    assert "frame-ancestors 'self'" in await policy("/sources/generic/light")
    assert "frame-src" not in await policy("/sources/generic/light")
    around = await policy("/sources/generic")
    assert "frame-src 'self'" in around
    assert "frame-ancestors 'none'" in around
    assert "script" not in around
    assert "frame-src" not in await policy("/sources")


async def test_it_is_for_who_sees_what_nobody_owns(console: Console) -> None:
    assert "/sources" in await console.page("/")
    await console.sign_in("ana")
    assert 'href="/sources"' not in await console.page("/")
    for address in ("/sources", "/sources/generic", "/sources/generic/light", "/quarantine?source=generic"):
        assert "Nothing to see" in words_of(await console.page(address, 404))


async def test_a_source_that_is_none_is_not_found(console: Console) -> None:
    assert "No such source" in words_of(await console.page("/sources/%3Cscript%3E", 404))
    await console.page("/sources/nothing/light", 404)


async def test_without_a_source_on_the_list_says_what_to_do(database_url: str, tmp_path: Path, clock: Clock) -> None:
    other = tmp_path / "other"
    other.mkdir()
    made = console_of(write_config(other), database_url, clock)
    await made.sign_in("ben")
    assert "No source is on, so nothing can come in. Choose one below" in words_of(await made.page("/sources"))
    await made.http.aclose()
    await made.wiring.close()
