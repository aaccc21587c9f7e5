"""The one room that touches the ``jira`` package: single requests to Jira, each failure named.

A connection is opened for one act and closed after it, so threads share none and no create goes out on a connection
that a proxy has silently dropped. The package's session repeats a POST up to three times on 429, 503 and a lost
connection; here ``max_retries=0``, since a repeated create is a second ticket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from jira import JIRA

from connectors.contract.failure import Ambiguous, NeedsHuman
from connectors.trackers.jira.asking import is_gone
from connectors.trackers.jira.following_wire import FollowingWire
from connectors.trackers.jira.options import PROPERTY, JiraOptions

CANDIDATES = 50


class Wire(FollowingWire):
    """One connection to Jira, with the requests that a create needs."""

    def server_info(self) -> Mapping[str, Any]:
        info = self._asked(self._client.server_info, "asking Jira what it is")
        return info if isinstance(info, dict) else {}

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

    def issue(self, key_or_id: str) -> Mapping[str, Any] | None:
        """One issue with key, labels, creation time and our property, read from the store and not from the index; None
        when it has been deleted."""
        doing = f"reading Jira issue {key_or_id}"
        try:
            found: Mapping[str, Any] = self._asked(
                lambda: self._client.issue(key_or_id, fields="created,labels", properties=PROPERTY).raw, doing
            )
        except NeedsHuman as failure:
            if is_gone(failure):
                return None
            raise
        return found

    def create(self, body: Mapping[str, Any], doing: str) -> tuple[str, str]:
        """Key and id of the new issue. A lost answer is Ambiguous."""
        # By hand, because create_issue() of the package cannot carry issue properties.
        answer = self._asked(lambda: self._post("issue", body), doing, writes=True)
        if not isinstance(answer, dict) or not isinstance(answer.get("key"), str) or not answer["key"]:
            raise Ambiguous(f"{doing}: Jira's answer names no issue; it may have been created")
        return str(answer["key"]), str(answer.get("id") or "")

    def set_property(self, issue: str, value: Mapping[str, Any]) -> None:
        doing = f"setting property {PROPERTY} of Jira issue {issue}"
        self._asked(lambda: self._client.add_issue_property(issue, PROPERTY, dict(value)), doing, writes=True)

    def set_link(self, issue: str, url: str, title: str) -> None:
        """Upserted by its globalId. The package's add_remote_link() asks for something only administrators may see."""
        body = {"globalId": url, "object": {"url": url, "title": title}}
        doing = f"linking Jira issue {issue} to its case"
        self._asked(lambda: self._post(f"issue/{issue}/remotelink", body), doing, writes=True)


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
