"""Asking Jira through the ``jira`` package: every failure gets its name, and no secret gets into its words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import requests
from jira.exceptions import JIRAError

from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.trackers.jira import failures
from connectors.trackers.jira.options import JiraOptions

Answer = TypeVar("Answer")


class Refusal(Exception):
    """The cause of a NeedsHuman that Jira itself spoke: its status, and what it complains of, as (field, words)."""

    def __init__(self, status: int, complaints: tuple[tuple[str, str], ...]) -> None:
        super().__init__(f"{len(complaints)} complaints")
        self.status = status
        self.complaints = complaints


def is_gone(failure: NeedsHuman) -> bool:
    """Whether Jira itself said that there is no such issue; a proxy's 404 has no words of Jira's."""
    cause = failure.__cause__
    return isinstance(cause, Refusal) and cause.status == 404 and bool(cause.complaints)


class Asking:
    """One connection to Jira. Every method raises Retriable, Ambiguous or NeedsHuman."""

    def __init__(self, client: Any, options: JiraOptions) -> None:
        self._client, self._options = client, options

    def _get(self, path: str, **parameters: str) -> Any:
        return self._client._session.get(self._client._get_url(path), params=parameters).json()

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._client._session.post(self._client._get_url(path), data=json.dumps(body)).json()

    def _put(self, path: str, body: Mapping[str, Any]) -> None:
        self._client._session.put(self._client._get_url(path), data=json.dumps(body))

    def _asked(self, call: Callable[[], Answer], doing: str, *, writes: bool = False) -> Answer:
        failure: failures.Failure | None = None
        try:
            return call()
        except JIRAError as error:
            failure = failures.from_answer(error, doing, writes=writes)
            refusal = (
                Refusal(error.status_code or 0, tuple(failures.complaints(error)))
                if isinstance(failure, NeedsHuman)
                else None
            )
        except requests.JSONDecodeError:
            failure, refusal = _not_json(doing, writes), None
        except requests.RequestException as error:
            failure, refusal = failures.from_network(error, doing, writes=writes), None
        # Raised out here, so that no traceback drags the package's error along, which prints whole requests.
        raise self._without_secrets(failure) from refusal

    def _without_secrets(self, failure: failures.Failure) -> failures.Failure:
        words = self._options.scrub(str(failure))
        if isinstance(failure, Retriable):
            return Retriable(words, after=failure.after)
        return type(failure)(words)


def _not_json(doing: str, writes: bool) -> failures.Failure:
    if writes:
        return Ambiguous(f"{doing}: the answer is not JSON; it may have happened")
    return NeedsHuman(f"{doing}: the answer is not JSON. Check that url is Jira itself, not a sign-in page or proxy")
