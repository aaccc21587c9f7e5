"""The one room that touches the ``jira`` package: single requests to Jira, each failure named.

A connection is opened for one act and closed after it, so threads share none and no create goes out on a connection
that a proxy has silently dropped. The package's session repeats a POST up to three times on 429, 503 and a lost
connection; here ``max_retries=0``, since a repeated create is a second ticket.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import requests
from jira import JIRA
from jira.exceptions import JIRAError

from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.trackers.jira import failures
from connectors.trackers.jira.options import PROPERTY, JiraOptions

CANDIDATES = 50
Answer = TypeVar("Answer")


class Wire:
    """One connection to Jira. Every method raises Retriable, Ambiguous or NeedsHuman."""

    def __init__(self, client: Any, options: JiraOptions) -> None:
        self._client, self._options = client, options

    def server_info(self) -> Mapping[str, Any]:
        info = self._asked(self._client.server_info, "asking Jira what it is")
        return info if isinstance(info, dict) else {}

    def myself(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._asked(self._client.myself, "asking Jira who we are")
        return found

    def issue_types(self, project: str) -> list[str]:
        """Names of what may be created in ``project`` (the package's own method refuses on Cloud)."""
        path = f"issue/createmeta/{project}/issuetypes"
        answer = self._asked(lambda: self._get(path), f"asking Jira for the issue types of project {project}")
        rows = answer.get("issueTypes") or answer.get("values") or []  # Cloud / Data Center
        return [str(row["name"]) for row in rows if isinstance(row, dict) and "name" in row]

    def search(self, jql: str, doing: str) -> list[str]:
        """Keys (Data Center) or ids (Cloud) of matching issues, the oldest first."""
        answer = self._asked(lambda: self._search(jql), doing)
        return [str(row.get("key") or row["id"]) for row in answer.get("issues", ())]

    def _search(self, jql: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any]
        if self._options.cloud:  # without named fields the package does not ask for Jira's whole field list first
            answer = self._client.enhanced_search_issues(jql, maxResults=CANDIDATES, fields=[], json_result=True)
        else:
            answer = self._client.search_issues(jql, maxResults=CANDIDATES, fields=["created"], json_result=True)
        return answer

    def issue(self, key_or_id: str) -> Mapping[str, Any]:
        """One issue with key, labels, creation time and our property, read from the store and not from the index."""
        doing = f"reading Jira issue {key_or_id}"
        return self._asked(
            lambda: self._client.issue(key_or_id, fields="created,labels", properties=PROPERTY).raw, doing
        )

    def create(self, body: Mapping[str, Any], doing: str) -> str:
        """The key of the new issue. The only request here after which a lost answer is Ambiguous."""
        # By hand, because create_issue() of the package cannot carry issue properties.
        answer = self._asked(lambda: self._post("issue", body), doing, writes=True)
        if not isinstance(answer, dict) or not isinstance(answer.get("key"), str) or not answer["key"]:
            raise Ambiguous(f"{doing}: Jira's answer names no issue; it may have been created")
        return str(answer["key"])

    def set_property(self, issue: str, value: Mapping[str, Any]) -> None:
        doing = f"setting property {PROPERTY} of Jira issue {issue}"
        self._asked(lambda: self._client.add_issue_property(issue, PROPERTY, dict(value)), doing, writes=True)

    def set_link(self, issue: str, url: str, title: str) -> None:
        """Upserted by its globalId. The package's add_remote_link() asks for something only administrators may see."""
        body = {"globalId": url, "object": {"url": url, "title": title}}
        doing = f"linking Jira issue {issue} to its case"
        self._asked(lambda: self._post(f"issue/{issue}/remotelink", body), doing, writes=True)

    def _get(self, path: str) -> Any:
        return self._client._session.get(self._client._get_url(path)).json()

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._client._session.post(self._client._get_url(path), data=json.dumps(body)).json()

    def _asked(self, call: Callable[[], Answer], doing: str, *, writes: bool = False) -> Answer:
        failure: failures.Failure | None = None
        try:
            return call()
        except JIRAError as error:
            failure = failures.from_answer(error, doing, writes=writes)
            refusal = Refusal(tuple(failures.complaints(error))) if isinstance(failure, NeedsHuman) else None
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


class Refusal(Exception):
    """The cause of a NeedsHuman that Jira itself spoke: what it complains of, as (field, words)."""

    def __init__(self, complaints: tuple[tuple[str, str], ...]) -> None:
        super().__init__(f"{len(complaints)} complaints")
        self.complaints = complaints


def _not_json(doing: str, writes: bool) -> failures.Failure:
    if writes:
        return Ambiguous(f"{doing}: the answer is not JSON; it may have happened")
    return NeedsHuman(f"{doing}: the answer is not JSON. Check that url is Jira itself, not a sign-in page or proxy")


@contextmanager
def opened(options: JiraOptions) -> Iterator[Wire]:
    """A connection for one act. Nothing is sent before the first request."""
    client: Any = JIRA(
        options={"server": options.base, "rest_api_version": "3" if options.cloud else "2"},
        basic_auth=(options.email, options.api_token) if options.cloud else None,
        token_auth=None if options.cloud else options.personal_access_token,
        get_server_info=False,
        max_retries=0,
        timeout=options.timeout,
        logging=False,
    )
    client.deploymentType = "Cloud" if options.cloud else "Server"
    client._session.max_redirects = 0  # a redirected POST becomes a GET, or is sent twice
    try:
        yield Wire(client, options)
    finally:
        client.close()
