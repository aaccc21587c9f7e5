"""TeamsWebhook: the contract's Chat over Workflows webhooks, by pymsteams in a thread.

One way: what is posted can neither be edited nor found again, and nobody can press anything but a link. The card is
pymsteams' synchronous one: its asynchronous one takes only a 200 that says "1" for success, and Workflows answers 202.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any
from urllib.parse import urlsplit

import pymsteams
import requests
from requests.utils import get_environ_proxies, select_proxy

from connectors.chat.teams_webhook.failures import of_answer, of_no_answer, redirected
from connectors.chat.teams_webhook.options import TeamsWebhookOptions
from connectors.chat.teams_webhook.render import message_body
from connectors.contract.failure import Ambiguous, NeedsHuman
from connectors.contract.message import Form, Message, MessageKey, ReplyTo

PLATFORM = "teams-webhook"
_NO_WAY = "http://"  # a proxy without a host: requests refuses it before anything is sent
_RUN = re.compile(r"[A-Za-z0-9-]{1,80}")
_ONE_WAY = "a Teams webhook only posts: its messages cannot be edited, answered or found again"

# At debug level urllib3 writes each address with its query, and here that is the secret.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class TeamsWebhook:
    """Posts to channels by the names of their webhooks. Sends raise Retriable, Ambiguous or NeedsHuman."""

    id = PLATFORM
    edits = False

    def __init__(
        self, options: TeamsWebhookOptions, *, connect: float = 5.0, answer: float = 15.0, whole: float = 30.0
    ) -> None:
        """``connect`` and ``answer`` are seconds to wait for each; ``whole`` for all of one post."""
        self._options = options
        self._timeout = (connect, answer)
        self._whole = whole

    async def post(self, channel: str, message: Message, key: MessageKey, *, repeat: bool = False) -> str:
        """A new card; returns the id of the workflow's run where the answer tells it, else the case's name."""
        address = self._options.webhooks.get(channel)
        if address is None:
            raise NeedsHuman(f"there is no webhook {channel[:60]!r} under teams.webhooks in config/suture.yaml")
        offers = [button.offer for button in (*message.buttons, *message.overflow)]
        links = {offer: await self._options.link(offer) for offer in offers}
        body = message_body(message, links, repeat=repeat)
        try:
            answer = await asyncio.wait_for(asyncio.to_thread(self._send, channel, address, body), self._whole)
        except TimeoutError:
            raise Ambiguous(f"Teams did not answer in time through the webhook {channel}") from None
        run = answer.headers.get("x-ms-workflow-run-id", "")
        return run if _RUN.fullmatch(run) else key.case

    async def edit(self, channel: str, platform_id: str, message: Message) -> None:
        raise NeedsHuman(_ONE_WAY)

    async def say(self, channel: str, platform_id: str, line: Message, key: MessageKey) -> str:
        raise NeedsHuman(_ONE_WAY)

    async def direct(self, account: str) -> str:
        raise NeedsHuman(_ONE_WAY)

    async def find(self, channel: str, key: MessageKey, thread: str = "") -> str | None:
        raise NeedsHuman(_ONE_WAY)

    async def answer(self, reply: ReplyTo, message: Message) -> None:
        raise NeedsHuman(_ONE_WAY)

    async def fill_form(self, reply: ReplyTo, form: Form) -> None:
        raise NeedsHuman(_ONE_WAY)

    def _send(self, name: str, address: str, body: dict[str, Any]) -> requests.Response:
        """Post, waiting; in a thread of its own. The failure is raised outside the handler that saw the address."""
        card = pymsteams.connectorcard(address, http_timeout=self._timeout)
        card.payload = body
        card.proxies = only_way(address)
        failure = None
        try:
            card.send()
        except pymsteams.TeamsWebhookException:
            failure = of_answer(card.last_http_response, name)
        except requests.RequestException as problem:
            failure = of_no_answer(problem, name)
        if failure is not None:
            raise failure
        answer: requests.Response = card.last_http_response
        if answer.history:
            raise redirected(name)
        return answer


def only_way(address: str) -> dict[str, str]:
    """Proxies by which requests reaches this host as this machine reaches it, and no other host at all.

    pymsteams always follows redirects; so a webhook that answers with one cannot lead the card anywhere else.
    """
    parts = urlsplit(address)
    usual = select_proxy(address, get_environ_proxies(address)) or ""
    return {f"{parts.scheme}://{parts.hostname}": usual, "http": _NO_WAY, "https": _NO_WAY}
