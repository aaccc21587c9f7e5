"""Single requests about an issue that is there: reading it, its comments and ways, and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.trackers.jira.asking import Asking

_COMMENTS = 100  # the latest, that are looked through for one of ours


class FollowingWire(Asking):
    """Everything after the create. What was written and got no answer is Ambiguous."""

    def myself(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._asked(self._client.myself, "asking Jira who we are")
        return found

    def standing(self, issue: str) -> Mapping[str, Any]:
        """The issue with status, assignee and due date, read from the store and not from the index."""
        fields = "status,assignee,duedate"
        return self._asked(lambda: self._client.issue(issue, fields=fields).raw, f"reading Jira issue {issue}")

    def comments(self, issue: str) -> list[Mapping[str, Any]]:
        """The latest comments, each with its author and its body in Jira's own format."""
        latest = {"orderBy": "-created", "maxResults": str(_COMMENTS)}
        answer = self._asked(
            lambda: self._get(f"issue/{issue}/comment", **latest), f"reading the comments of Jira issue {issue}"
        )
        return [each for each in answer.get("comments", ()) if isinstance(each, Mapping)]

    def comment(self, issue: str, body: Any) -> None:
        doing = f"commenting on Jira issue {issue}"
        self._asked(lambda: self._client.add_comment(issue, body), doing, writes=True)

    def ways(self, issue: str) -> list[Mapping[str, Any]]:
        """The transitions that the issue's workflow offers us now, each with the fields of its screen."""
        doing = f"asking Jira where issue {issue} may go"
        found = self._asked(lambda: self._client.transitions(issue, expand="transitions.fields"), doing)
        return [each for each in found if isinstance(each, Mapping)]

    def go(self, issue: str, way: str, fields: Mapping[str, Any]) -> None:
        doing = f"moving Jira issue {issue}"
        self._asked(lambda: self._client.transition_issue(issue, way, fields=dict(fields)), doing, writes=True)

    def people(self, words: str) -> list[Mapping[str, Any]]:
        """Whoever Jira finds by an e-mail address or name."""
        name = "query" if self._options.cloud else "username"
        found = self._asked(lambda: self._get("user/search", **{name: words}), "looking somebody up in Jira")
        return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []

    def assign(self, issue: str, person: str | None) -> None:
        body = {"accountId" if self._options.cloud else "name": person}
        doing = f"assigning Jira issue {issue}"
        self._asked(lambda: self._put(f"issue/{issue}/assignee", body), doing, writes=True)

    def edit(self, issue: str, fields: Mapping[str, Any]) -> None:
        doing = f"changing {', '.join(fields)} of Jira issue {issue}"
        self._asked(lambda: self._put(f"issue/{issue}", {"fields": dict(fields)}), doing, writes=True)
