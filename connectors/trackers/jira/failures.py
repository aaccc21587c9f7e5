"""What Jira's answers mean for us: try later, look before repeating, or ask a person who can change something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import requests
import urllib3
from jira.exceptions import JIRAError

from connectors.answers import retry_after
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.text import one_line

Failure = Retriable | Ambiguous | NeedsHuman
_NEVER_SENT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NameResolutionError,
    urllib3.exceptions.ProxyError,
)
_WHAT_TO_DO = {
    401: "Jira does not accept the token. Make a new one and put it into Suture's configuration",
    403: "the token's account may not do this. Give it Browse Projects and Create Issues in the project",
    404: "Jira knows no such address, project or issue. Check url and project, and that the account may see it",
    410: "this Jira has removed the interface. Check that the credentials are of the right kind, or update Suture",
    413: "the ticket is too large for this Jira",
}


def from_network(error: requests.RequestException, doing: str, *, writes: bool) -> Failure:
    """A call that got no answer. With ``writes`` an answer that was lost is Ambiguous, since Jira may have acted."""
    if isinstance(error, requests.TooManyRedirects):
        return NeedsHuman(f"{doing}: the url is answered with a redirect. Put Jira's final address into the settings")
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY" in repr(error):
        return NeedsHuman(f"{doing}: Jira's certificate is not trusted here. Check url and certificate authorities")
    if isinstance(error, requests.ConnectTimeout) or any(isinstance(cause, _NEVER_SENT) for cause in _causes(error)):
        return Retriable(f"{doing}: Jira cannot be reached")
    if writes:
        return Ambiguous(f"{doing}: it was sent and the answer was lost ({type(error).__name__})")
    return Retriable(f"{doing}: no whole answer from Jira ({type(error).__name__})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The errors that requests wrapped: its argument, and urllib3's reason."""
    for inner in (*error.args, getattr(error, "reason", None)):
        if isinstance(inner, BaseException):
            yield inner
            yield from _causes(inner)


def from_answer(error: JIRAError, doing: str, *, writes: bool) -> Failure:
    """An answer that is no success. Jira's own words are quoted, cut and on one line."""
    response, status = error.response, error.status_code or 0
    after = retry_after(response.headers) if response is not None else None
    if status in (408, 429) or (status == 503 and after is not None):
        return Retriable(f"{doing}: Jira asks us to wait{_limit(response)} (HTTP {status})", after=after)
    if status >= 500 or status == 0:
        if writes:
            return Ambiguous(f"{doing}: Jira failed on the way (HTTP {status}); it may have happened")
        return Retriable(f"{doing}: Jira is not well (HTTP {status})", after=after)
    said = "; ".join(f"{name}: {text}" if name else text for name, text in complaints(error))
    advice = _WHAT_TO_DO.get(status, "see what Jira says")
    return NeedsHuman(f"{doing}: {advice} (HTTP {status}{', ' + said if said else ''})")


def complaints(error: JIRAError) -> list[tuple[str, str]]:
    """What Jira complains of, as (field, words); the field is "" where it names none."""
    body = answer_of(error.response)
    errors, messages = body.get("errors"), body.get("errorMessages")
    found = [(str(name), text) for name, text in errors.items()] if isinstance(errors, Mapping) else []
    found += [("", text) for text in messages] if isinstance(messages, list) else []
    return [(one_line(name, 60), one_line(str(text), 200)) for name, text in found[:10]]


def answer_of(response: requests.Response | None) -> Mapping[str, Any]:
    """The JSON object Jira answered with; empty when it is anything else."""
    if response is None:
        return {}
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _limit(response: requests.Response | None) -> str:
    reason = response.headers.get("RateLimit-Reason", "") if response is not None else ""
    return f", limit {one_line(reason, 60)}" if reason else ""
