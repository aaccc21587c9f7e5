"""SlackChat: the contract's Chat over Slack's Web API.

Nothing is retried here: slack_sdk's own handlers repeat a post after a lost connection, which is how a message comes
twice, and sleep where the caller keeps the pace.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from connectors.chat.slack import files
from connectors.chat.slack import reply as places
from connectors.chat.slack.failures import error_name, failure_of
from connectors.chat.slack.lookup import PAGE, find_in, metadata_of
from connectors.chat.slack.options import SlackOptions
from connectors.chat.slack.render import WAITING, home_view, message_body, modal_view
from connectors.contract.failure import NeedsHuman
from connectors.contract.message import Attachment, Form, Message, MessageKey, ReplyTo

_CHANNEL = re.compile(r"[CGDUW][A-Z0-9]{2,30}")
_FORM_WAITS = (0.2, 0.5, 1.0, 1.5)  # seconds; the modal is opened after the click is stored, so it may not be there yet
_QUIET = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
_FORM_LATE = "Slack did not let the form open in time. Press the button again to see it."
_FORM_GONE = "The form was closed before it was ready. Press the button again to see it."


class SlackChat:
    """One installed app. Sends raise Retriable, Ambiguous or NeedsHuman; a platform id is Slack's timestamp.

    In a direct conversation, which Slack names only in its answer, it is ``D…/timestamp``.
    """

    id = places.PLATFORM
    edits = True

    def __init__(
        self,
        options: SlackOptions,
        *,
        timeout: float = 10.0,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.options = options
        self._timeout, self._pause = timeout, pause
        self._web = AsyncWebClient(
            token=options.bot_token, base_url=options.api_url, timeout=int(timeout), retry_handlers=[]
        )

    async def post(self, channel: str, message: Message, key: MessageKey, *, repeat: bool = False) -> str:
        """A new message; with ``repeat`` it says that it may be a second copy."""
        body = {"channel": _checked(channel), **message_body(message, repeat=repeat), **_QUIET}
        answer = await self._call("posting a message", self._web.chat_postMessage, metadata=metadata_of(key), **body)
        return _platform_id(channel, answer)

    async def edit(self, channel: str, platform_id: str, message: Message) -> None:
        """Make the message say this instead; its metadata stays."""
        where, ts = _place(channel, platform_id)
        body = {"channel": where, "ts": ts, **message_body(message), "parse": "none", "link_names": False}
        await self._call("editing a message", self._web.chat_update, **body)

    async def say(self, channel: str, platform_id: str, line: Message, key: MessageKey) -> str:
        """A line in the message's thread."""
        where, ts = _place(channel, platform_id)
        body = {"channel": where, "thread_ts": ts, **message_body(line), **_QUIET}
        answer = await self._call("adding a thread line", self._web.chat_postMessage, metadata=metadata_of(key), **body)
        return _platform_id(channel, answer)

    async def direct(self, account: str) -> str:
        """The direct conversation with ``T…:U…``; opening it twice gives the same one."""
        doing, person = "opening a direct conversation", account.rpartition(":")[2]
        answer = await self._call(doing, self._web.conversations_open, users=person)
        return str(answer["channel"]["id"])

    async def find(self, channel: str, key: MessageKey, thread: str = "") -> str | None:
        """Look in the channel's newest messages, or in one thread."""
        if not self.options.history_scope:
            raise NeedsHuman("a lost answer cannot be looked up: the app has no history scope (see docs/slack.md)")
        where, ts = _place(channel, thread)
        call: Callable[..., Awaitable[Any]] = self._web.conversations_history
        which = {"channel": where}
        if thread:
            call, which = self._web.conversations_replies, {"channel": where, "ts": ts}

        async def fetch(cursor: str) -> Mapping[str, Any]:
            doing = "looking up a message"
            return await self._call(doing, call, **which, cursor=cursor, limit=PAGE, include_all_metadata=True)

        found = await find_in(fetch, key, self.options.app_id)
        return found if found is None or where == channel else f"{where}/{found}"

    async def answer(self, reply: ReplyTo, message: Message) -> None:
        """Privately: by the response_url while it is good, else in the channel, else directly."""
        body, values = message_body(message), reply.values
        url, channel, person = (values.get(name, "") for name in (places.RESPONSE_URL, places.CHANNEL, places.PERSON))
        if url and places.may_post_to(url, self.options.api_url):
            whole = {"response_type": "ephemeral", "replace_original": False, **body}
            if await places.use_response_url(url, whole, self._timeout):
                return
        if not person:
            raise NeedsHuman("there is nowhere to give this private answer: its address has expired")
        await self._tell(channel, person, body)

    async def fill_form(self, reply: ReplyTo, form: Form) -> None:
        """Fill the modal that SlackDoor opened. When it is gone, the person is told how to get it back.

        After typed words none was opened, and none waits."""
        if not reply.values.get(places.VIEW):
            return
        view = modal_for(reply, form)
        for wait in (*_FORM_WAITS, None):
            try:
                await self._web.views_update(external_id=view["external_id"], view=view)
                return
            except SlackApiError as problem:
                if error_name(problem) != "not_found":
                    raise failure_of(problem, "filling a form") from problem
            except (aiohttp.ClientError, TimeoutError) as problem:
                raise failure_of(problem, "filling a form") from problem
            if wait is not None:
                await self._pause(wait)
        await self.answer(reply, Message(text=_FORM_GONE))

    async def open_form(self, trigger_id: str, reply: ReplyTo, form: Form = WAITING) -> None:
        """Open a modal, the light waiting one or a whole form; good for three seconds after the click.

        When Slack takes it no more, the person is told how to get it back.
        """
        try:
            await self._call("opening a form", self._web.views_open, trigger_id=trigger_id, view=modal_for(reply, form))
        except NeedsHuman:
            await self.answer(reply, Message(text=_FORM_LATE))
            raise

    async def send_file(self, reply: ReplyTo, attachment: Attachment, *, shared: bool) -> None:
        """The whole answer: in the channel where it is shared and the app is a member, else directly to who asked."""
        channel, person = reply.values.get(places.CHANNEL, ""), reply.values.get(places.PERSON, "")
        if shared and channel:
            try:
                await files.send(self._web, self._call, attachment, channel, self.options.api_url)
                return
            except NeedsHuman:  # not a member there
                pass
        await files.send(self._web, self._call, attachment, await self.direct(person), self.options.api_url)

    async def show_home(self, person: str, sections: Sequence[Message]) -> None:
        """Make these the app's own page of one person."""
        await self._call("showing the app's page", self._web.views_publish, user_id=person, view=home_view(sections))

    async def close(self) -> None:
        """Nothing is held open between two calls; this is for whoever closes every chat alike."""

    async def _tell(self, channel: str, person: str, body: Mapping[str, Any]) -> None:
        doing = "giving a private answer"
        if channel:
            try:
                await self._call(doing, self._web.chat_postEphemeral, channel=channel, user=person, **body)
                return
            except NeedsHuman:  # the app is not in that channel: a direct message reaches the person all the same
                pass
        await self._call(doing, self._web.chat_postMessage, channel=person, **body, **_QUIET)

    async def _call(self, doing: str, call: Callable[..., Awaitable[Any]], **arguments: Any) -> Mapping[str, Any]:
        try:
            answer = await call(**arguments)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise failure_of(problem, doing) from problem
        found: Mapping[str, Any] = answer.data
        return found


def modal_for(reply: ReplyTo, form: Form) -> dict[str, Any]:
    """The modal of one click: known by the click's key, and it remembers the channel it was asked for in."""
    values = reply.values
    return modal_view(form, external_id=values.get(places.VIEW, ""), channel=values.get(places.CHANNEL, ""))


def _checked(channel: str) -> str:
    if not _CHANNEL.fullmatch(channel):
        raise NeedsHuman(
            f"{channel[:80]!r} is no Slack channel id; copy the id (C…) from the end of the channel's details"
        )
    return channel


def _platform_id(channel: str, answer: Mapping[str, Any]) -> str:
    where, ts = str(answer.get("channel", channel)), str(answer["ts"])
    return ts if where == channel else f"{where}/{ts}"


def _place(channel: str, platform_id: str) -> tuple[str, str]:
    where, slash, ts = platform_id.partition("/")
    return (where, ts) if slash else (_checked(channel), platform_id)
