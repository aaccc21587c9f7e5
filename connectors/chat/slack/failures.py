"""What a failed call to Slack means for us: nothing happened, it may have, or a person must change something."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from connectors.answers import retry_after
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable

Failure = Retriable | Ambiguous | NeedsHuman

_TRY_AGAIN = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    }
)
_MAYBE_DONE = frozenset({"internal_error", "fatal_error"})  # documented: "some aspect may have succeeded"
_ADVICE: Mapping[str, str] = {
    "channel_not_found": "it does not exist, or is private without the app in it; check its id and /invite the app",
    "not_in_channel": "the app is not in that channel; type /invite @suture there",
    "is_archived": "the channel is archived; unarchive it or choose another in the routes",
    "invalid_auth": "the bot token is not valid; copy it again from OAuth & Permissions",
    "not_authed": "the bot token is missing from the configuration",
    "token_revoked": "the bot token was revoked; install the app again and configure the new token",
    "token_expired": "the bot token has expired; install the app again and configure the new token",
    "account_inactive": "the app was removed from the workspace; install it again",
    "restricted_action": "a workspace setting forbids the app to post there; an administrator must allow it",
    "message_not_found": "the message was deleted in Slack",
    "cant_update_message": "that message was not written by this app, or its token was changed for another app's",
    "edit_window_closed": "the workspace does not allow edits this late; an administrator must lift the limit",
    "invalid_blocks": "Slack does not take the blocks we made; this is a defect of ours, please report it",
    "invalid_arguments": "Slack does not take the form we made; this is a defect of ours, please report it",
    "msg_too_long": "the message is too long; this is a defect of ours, please report it",
    "msg_blocks_too_long": "the message is too long; this is a defect of ours, please report it",
    "user_not_in_channel": "that person is not in the channel",
    "no_such_subteam": "there is no such user group; copy its id (S…) from the address of its page",
    "subteam_not_found": "there is no such user group; copy its id (S…) from the address of its page",
    "user_disabled": "that account is deactivated; name somebody else in config/teams.yaml",
    "user_not_found": "Slack knows no such person",
}


def failure_of(problem: Exception, doing: str) -> Failure:
    """The failure to raise for what slack_sdk or aiohttp raised while ``doing`` something. Never shows a token."""
    if isinstance(problem, SlackApiError):
        return _of_answer(problem, doing)
    if isinstance(problem, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Retriable(f"Slack could not be reached while {doing}")
    if isinstance(problem, TimeoutError | asyncio.TimeoutError):
        return Ambiguous(f"Slack did not answer in time while {doing}")
    return Ambiguous(f"the connection to Slack was lost while {doing} ({type(problem).__name__})")


def of_status(status: int, headers: Mapping[str, str], doing: str) -> Failure | None:
    """The failure an HTTP status alone tells of, or None."""
    if status == 429:
        return Retriable(f"Slack asks us to slow down while {doing}", after=retry_after(headers))
    if status >= 500:
        return Ambiguous(f"Slack answered {status} while {doing}")
    return None


def error_name(problem: SlackApiError) -> str:
    """Slack's own name for what was wrong, or ""."""
    answer = getattr(problem.response, "data", None)
    name = answer.get("error") if isinstance(answer, dict) else None
    return name if isinstance(name, str) else ""


def _of_answer(problem: SlackApiError, doing: str) -> Failure:
    response: Any = problem.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    by_status = of_status(status, getattr(response, "headers", {}), doing)
    if by_status:
        return by_status
    name = error_name(problem)
    if name in _TRY_AGAIN:
        return Retriable(f"Slack says {name} while {doing}")
    if not name or name in _MAYBE_DONE:
        return Ambiguous(f"Slack gave no clear answer while {doing} ({name or f'HTTP {status}'})")
    return NeedsHuman(f"Slack refused {doing}: {name} – {_advice(name, response)}")


def _advice(name: str, response: Any) -> str:
    if name == "missing_scope":
        needed = str(response.data.get("needed", "a scope"))[:80]
        return f"the app lacks the scope {needed}; add it under OAuth & Permissions and install the app again"
    return _ADVICE.get(name, "see this name under the method's errors on docs.slack.dev")
