"""The fake's Socket Mode, files and groups are as strict as Slack's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.slack.client import FakeSlack


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(scopes=("files:write", "im:write", "usergroups:read")) as running:
        running.settings(socket_mode=True)
        running.add_person("U0ANA", "ana")
        yield running


def call(slack: FakeSlack, method: str, token: str = "", **arguments: Any) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token or slack.token}"}
    answered: dict[str, Any] = slack.http.post(f"{slack.url}{method}", data=arguments, headers=headers).json()
    return answered


def address(slack: FakeSlack) -> str:
    return str(call(slack, "apps.connections.open", "xapp-fake-token")["url"])


def test_a_connection_wants_the_apps_own_token(slack: FakeSlack) -> None:
    assert call(slack, "apps.connections.open")["error"] == "invalid_auth"
    assert call(slack, "auth.test", "xapp-fake-token")["error"] == "invalid_auth"
    slack.settings(socket_mode=False)
    assert call(slack, "apps.connections.open", "xapp-fake-token")["error"] == "not_allowed_token_type"
    slack.settings(socket_mode=True)


async def test_a_ticket_opens_one_line_and_an_envelope_waits_for_its_acknowledgement(slack: FakeSlack) -> None:
    url = address(slack)
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as line:
        assert (await line.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)

        typing = asyncio.create_task(asyncio.to_thread(lambda: slack.command("/suture", "mine", by="U0ANA")))
        envelope = await line.receive_json()
        assert (envelope["type"], envelope["payload"]["text"]) == ("slash_commands", "mine")
        assert not typing.done()
        await line.send_json({"envelope_id": "of-another"})
        await line.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "3 cases"}})
        assert (await typing).acknowledged
        assert slack.private("U0ANA")[-1].text == "3 cases"


def test_without_a_line_nothing_arrives(slack: FakeSlack) -> None:
    slack.wait(lambda: slack.sockets()["open"] == 0)
    typed = slack.command("/suture", "mine", by="U0ANA")
    assert (typed.acknowledged, typed.error) == (False, "dispatch_failed: no connection")


def test_a_file_is_shown_only_once_it_is_whole(slack: FakeSlack) -> None:
    place = call(slack, "files.getUploadURLExternal", filename="cases.txt", length=3)
    shown = {"files": f'[{{"id": "{place["file_id"]}"}}]', "channel_id": "C0GENERAL"}
    assert call(slack, "files.completeUploadExternal", **shown)["error"] == "file_not_found"
    assert slack.http.post(place["upload_url"], content=b"too long").status_code == 400
    assert slack.http.post(place["upload_url"], content=b"S-1").status_code == 200
    assert call(slack, "files.completeUploadExternal", **shown)["ok"]
    assert [file["content"] for file in slack.files()] == ["S-1"]


def test_groups_and_direct_conversations_are_of_people_there_are(slack: FakeSlack) -> None:
    slack.set_group("S0PAY", "U0ANA")
    assert call(slack, "usergroups.users.list", usergroup="S0PAY")["users"] == ["U0ANA"]
    assert call(slack, "usergroups.users.list", usergroup="S0NONE")["error"] == "no_such_subteam"
    assert call(slack, "conversations.open", users="U0ANA")["channel"]["id"] == "D0ANA"
    assert call(slack, "conversations.open", users="U0NOBODY")["error"] == "user_not_found"
