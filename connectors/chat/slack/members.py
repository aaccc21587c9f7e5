"""SlackMembers: who an account is, by users.info and users.lookupByEmail, remembered for a day (a miss for an hour).

A click has three seconds. What is not remembered is asked for, and when the answer is late it is still waited for, so
that the next click finds it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from connectors.chat.slack.failures import error_name, failure_of
from connectors.chat.slack.options import SlackOptions
from connectors.chat.slack.reply import PLATFORM
from connectors.contract.directory import Member, Standing
from connectors.contract.failure import Retriable
from connectors.contract.message import Identity

KNOWN_FOR = timedelta(hours=24)
MISSED_FOR = timedelta(hours=1)
_MOST = 20_000  # accounts remembered; the oldest go first
_NOBODY = frozenset({"user_not_found", "users_not_found", "user_not_visible"})

Ask = Callable[[], Awaitable[Member | None]]


class SlackMembers:
    """The contract's Directory of one installed app. ``clock`` gives the time of day, aware."""

    def __init__(self, options: SlackOptions, clock: Callable[[], datetime], *, timeout: float = 10.0) -> None:
        self._options, self._clock = options, clock
        self._web = AsyncWebClient(
            token=options.bot_token, base_url=options.api_url, timeout=int(timeout), retry_handlers=[]
        )
        self._home = frozenset(options.teams)
        self._known: dict[str, tuple[Member | None, datetime]] = {}
        self._asking: dict[str, asyncio.Task[Member | None]] = {}

    async def member(self, identity: Identity, within: float) -> Member | None:
        """Who pressed; ``identity.id`` is ``T…:U…``, of which Slack is asked by the second part."""
        account = identity.id.rpartition(":")[2]
        return await self._recall(account, lambda: self._info(account), within)

    async def find(self, email: str) -> Member | None:
        """Whose address that is; Slack looks among the workspace's own members only."""
        return await self._recall(email.lower(), lambda: self._by_email(email), None)

    async def group(self, group: str) -> frozenset[str]:
        """Who is in a user group (S…) now. An archived or unknown group is a NeedsHuman."""
        doing = "reading a user group"
        answer = await self._call(doing, self._web.usergroups_users_list, usergroup=group) or {}
        return frozenset(str(account) for account in answer.get("users", ()))

    async def close(self) -> None:
        """Wait for nobody any more."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _recall(self, key: str, ask: Ask, within: float | None) -> Member | None:
        member, until = self._known.get(key, (None, None))
        if until is not None and until > self._clock():
            return member
        task = self._asking.get(key) or self._begin(key, ask)
        done, _ = await asyncio.wait({task}, timeout=within)
        if not done:
            raise Retriable("Slack has not answered yet who that is")
        return task.result()

    def _begin(self, key: str, ask: Ask) -> asyncio.Task[Member | None]:
        """One question at a time about one account, however many clicks wait for its answer."""
        task = asyncio.create_task(self._learn(key, ask))
        self._asking[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))
        return task

    def _ended(self, key: str, task: asyncio.Task[Member | None]) -> None:
        self._asking.pop(key, None)
        if not task.cancelled():
            task.exception()  # looked at: whoever waited has it, and a click that gave up does not need it

    async def _learn(self, key: str, ask: Ask) -> Member | None:
        member = await ask()
        if len(self._known) >= _MOST:
            self._known.pop(next(iter(self._known)))
        self._known[key] = (member, self._clock() + (KNOWN_FOR if member else MISSED_FOR))
        return member

    async def _info(self, account: str) -> Member | None:
        answer = await self._call("asking who someone is", self._web.users_info, user=account)
        return await self._member(answer)

    async def _by_email(self, email: str) -> Member | None:
        answer = await self._call("looking for an address", self._web.users_lookupByEmail, email=email)
        return await self._member(answer)

    async def _member(self, answer: Mapping[str, Any] | None) -> Member | None:
        if answer is None:
            return None
        return member_of(answer["user"], self._home or await self._own_workspace())

    async def _own_workspace(self) -> frozenset[str]:
        """The workspace the app is installed in, asked once: where the configuration names none."""
        answer = await self._call("asking for our own workspace", self._web.auth_test) or {}
        self._home = frozenset(str(answer[name]) for name in ("team_id", "enterprise_id") if answer.get(name))
        return self._home

    async def _call(self, doing: str, call: Callable[..., Awaitable[Any]], **which: str) -> Mapping[str, Any] | None:
        try:
            answer = await call(**which)
        except SlackApiError as problem:
            if error_name(problem) in _NOBODY:
                return None
            raise failure_of(problem, doing) from problem
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise failure_of(problem, doing) from problem
        found: Mapping[str, Any] = answer.data
        return found


def member_of(account: Mapping[str, Any], home: frozenset[str]) -> Member:
    """An account of users.info; ``home`` are the workspaces and organisations that are ours.

    Source: docs.slack.dev/reference/objects/user-object.
    """
    team, profile = str(account.get("team_id") or ""), account.get("profile") or {}
    confirmed = account.get("is_email_confirmed") is True
    return Member(
        identity=Identity(PLATFORM, f"{team}:{account['id']}", str(account.get("name") or "")),
        standing=_standing(account, home),
        email=str(profile.get("email") or "").strip().lower() if confirmed else "",
    )


def _standing(account: Mapping[str, Any], home: frozenset[str]) -> Standing:
    organisation = account.get("enterprise_user") or {}
    places = {account.get("team_id"), organisation.get("enterprise_id"), *(organisation.get("teams") or ())}
    if account.get("deleted"):
        return Standing.DEACTIVATED
    if account.get("is_bot") or account.get("is_workflow_bot"):
        return Standing.BOT
    if account.get("is_stranger") or not places & home:
        return Standing.STRANGER
    if account.get("is_restricted") or account.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER
