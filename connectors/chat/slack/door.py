"""SlackDoor: one address for events, clicks and commands. What it acknowledges is on disk.

The raw bytes are proved first; then Slack's Bolt takes the request to the listener it is for. Bolt gets the body
already parsed, because its own parser drops any command with the word "payload" in it, and an ``authorize`` of ours,
because it would otherwise ask auth.test before the first click is answered.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from connectors.chat.slack.arrivals import Opened, Pressed, Submitted, Typed, check_origin, open_body, read_arrival
from connectors.chat.slack.client import SlackChat, modal_for
from connectors.chat.slack.options import SlackOptions
from connectors.chat.slack.proof import prove
from connectors.chat.slack.render import message_body
from connectors.contract.failure import Ambiguous, NeedsHuman, Refused, Retriable
from connectors.contract.message import Form, Inbox
from connectors.contract.source import Answer, Incoming

_log = logging.getLogger("suture.slack")
_ANY = re.compile("")
_ROUTED_BY = ("type", "actions", "view", "command", "team", "team_id", "user", "user_id")
ANSWER_WITHIN = 2.7  # seconds of Slack's three; then we say that nothing was acknowledged
_NOT_TAKEN = Answer(503, b"not acknowledged: nothing could be stored in time", "text/plain")


class SlackDoor:
    """Takes one app's requests. ``receive`` may run many times at once."""

    id = "slack"

    def __init__(self, options: SlackOptions, chat: SlackChat | None = None) -> None:
        """``chat`` gives the private answers and opens the forms; one of its own when none is given."""
        self._options, self._chat = options, chat or SlackChat(options)
        self._later: set[asyncio.Task[None]] = set()
        self._bolt = self._with_listeners()

    async def receive(self, request: Incoming, inbox: Inbox, now: datetime) -> Answer:
        """Answer one request. Raises Refused for whatever is not a signed request of our app; 503 when not stored."""
        if request.method == "GET" and request.query.get("ssl_check") == "1":
            return Answer(200, b"", "text/plain")  # Slack looks at our certificate; unsigned, and it tells nothing
        prove(request.headers, request.body, self._options.signing_secrets, now)
        body = open_body(request.body)
        if body.get("ssl_check") == "1":
            return Answer(200, b"", "text/plain")
        if body.get("type") == "url_verification":
            return _challenge(body)
        return await self.take(body, inbox)

    async def take(self, body: dict[str, Any], inbox: Inbox) -> Answer:
        """Answer one body that is Slack's beyond doubt: signed, or come over our own connection to Slack.

        Raises Refused for one that is not of our app; 503 when not stored."""
        check_origin(body, self._options.app_id, self._options.teams)
        arrival = read_arrival(body)
        if arrival is None:
            return Answer(200, b"", "text/plain")
        asked = AsyncBoltRequest(body=_routing(body), mode="socket_mode", context={"arrival": arrival, "inbox": inbox})
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return _as_answer(await self._bolt.async_dispatch(asked))
        except TimeoutError:
            return _NOT_TAKEN

    async def settle(self) -> None:
        """Wait for what was still to be done after acknowledging; call it before the loop ends."""
        while self._later:
            await asyncio.gather(*self._later)

    def _with_listeners(self) -> AsyncApp:
        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=self._options.bot_token)

        bolt = AsyncApp(name="suture", authorize=authorize, request_verification_enabled=False)
        bolt.error(_not_taken)
        bolt.action(_ANY)(self._pressed)
        bolt.view(_ANY)(self._submitted)
        bolt.command(_ANY)(self._typed)
        bolt.event("app_home_opened")(self._opened)
        return bolt

    async def _pressed(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        arrival: Pressed = context["arrival"]
        said = await context["inbox"].click(arrival.click)
        await ack()
        reply = arrival.click.reply
        if isinstance(said, Form):
            self._afterwards(self._chat.open_form(arrival.trigger, reply, said))
        elif said is not None:
            self._afterwards(self._chat.answer(reply, said))
        elif arrival.opens_form:
            self._afterwards(self._chat.open_form(arrival.trigger, reply))

    async def _submitted(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        arrival: Submitted = context["arrival"]
        if arrival.wrong:
            await ack(response_action="errors", errors=dict(arrival.wrong))
            return
        said = await context["inbox"].click(arrival.click)
        if isinstance(said, Form):  # asked back: the form changes in place
            await ack(response_action="update", view=modal_for(arrival.click.reply, said))
            return
        await ack()
        if said is not None:
            self._afterwards(self._chat.answer(arrival.click.reply, said))

    async def _typed(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """The answer to a command rides in the acknowledgement: no second call that could be lost."""
        arrival: Typed = context["arrival"]
        said = await context["inbox"].command(arrival.command)
        if said is None:
            await ack()
        else:
            await ack({"response_type": "in_channel" if said.shared else "ephemeral", **message_body(said)})
        if said is not None and said.attachment is not None and self._options.files_scope:
            self._afterwards(self._chat.send_file(arrival.command.reply, said.attachment, shared=said.shared))

    async def _opened(self, context: AsyncBoltContext) -> None:
        """Nothing is decided on opening a page, so it is acknowledged at once and filled afterwards."""
        arrival: Opened = context["arrival"]
        inbox: Inbox = context["inbox"]

        async def show() -> None:
            await self._chat.show_home(arrival.person, await inbox.home(arrival.actor))

        self._afterwards(show())

    def _afterwards(self, deed: Coroutine[Any, Any, None]) -> None:
        """Perishable: the decision is stored, and losing this loses nothing. The task is held, or it could vanish."""
        task = asyncio.create_task(_attempt(deed))
        self._later.add(task)
        task.add_done_callback(self._later.discard)


async def _attempt(deed: Coroutine[Any, Any, None]) -> None:
    try:
        await deed
    except (Retriable, Ambiguous, NeedsHuman) as problem:
        _log.warning("a private answer or form did not reach its reader: %s", problem)


async def _not_taken(error: Exception) -> BoltResponse:
    """The inbox could not store it: Slack shows the person that it did not work."""
    _log.error("a click or command was not stored: %s", type(error).__name__, exc_info=error)
    return BoltResponse(status=_NOT_TAKEN.status, body=_NOT_TAKEN.body.decode())


def _routing(body: dict[str, Any]) -> dict[str, Any]:
    """What Bolt finds the listener by. The rest it would read unasked, and stumble where it is not as it expects."""
    routed = {name: body[name] for name in _ROUTED_BY if body.get(name) is not None}
    if body.get("type") == "event_callback":  # read_arrival has seen to its shape
        routed["event"] = {"type": body["event"]["type"]}
    return routed


def _challenge(body: dict[str, Any]) -> Answer:
    challenge = body.get("challenge")
    if not isinstance(challenge, str):
        raise Refused("url_verification without a challenge")
    return Answer(200, challenge.encode("utf-8", "replace"), "text/plain")


def _as_answer(response: BoltResponse) -> Answer:
    kind = (response.headers.get("content-type") or ["text/plain"])[0]
    return Answer(response.status, (response.body or "").encode(), kind)
