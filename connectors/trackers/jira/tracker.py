"""Tickets in Jira: one create, never repeated blindly, and a search by which a lost one is found again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.source import Headers, Verifier
from connectors.contract.ticket import Ticket, TicketDraft, TicketNews
from connectors.text import clean, one_line
from connectors.trackers.jira import news, text
from connectors.trackers.jira.following import Following
from connectors.trackers.jira.options import PROPERTY

if TYPE_CHECKING:
    from connectors.trackers.jira.wire import Wire

_log = logging.getLogger(__name__)
SUMMARY = 250  # characters; Jira refuses more than 255


class JiraTracker(Following):
    """One Jira. Synchronous, safe to call from several threads at once; raises the contract's three failures only."""

    id = "jira"

    @property
    def verifier(self) -> Verifier:
        """The signature of an administrator's webhook that has a secret."""
        return news.VERIFIER

    def news(self, headers: Headers, body: bytes) -> TicketNews | None:
        """What a webhook tells."""
        return news.read_news(headers, body)

    def find(self, key: str, project: str) -> Ticket | None:
        """The oldest issue of ``project`` with our label whose property names ``key``; where none has the property, the
        oldest with the label (the property may be missing after a crash, and a clone has the label but not it)."""
        jql = f"project = {_quoted(project)} AND labels = {_quoted(self.label(key))} ORDER BY created ASC"
        with self.connected() as wire:
            found = wire.search(jql, f"searching Jira project {project} for the ticket of {key}")
            ours = sorted(filter(None, (self._candidate(wire, issue, key) for issue in found)))
        return self.ticket(ours[0][-1], str(ours[0][-2])) if ours else None

    def _candidate(self, wire: Wire, issue: str, key: str) -> tuple[bool, str, int, str] | None:
        """(unconfirmed, created, id, key) of an issue that may be ours, to be sorted; None if it is another's."""
        read = wire.issue(issue)
        if read is None:
            return None  # deleted since it was indexed
        fields, named = read.get("fields") or {}, (read.get("properties") or {}).get(PROPERTY)
        if self.label(key) not in (fields.get("labels") or ()):
            return None  # the index was behind, or matched another case of letters
        if isinstance(named, Mapping) and named.get("key") != key:
            return None
        return named is None, str(fields.get("created", "")), int(read["id"]), str(read["key"])

    def create(self, draft: TicketDraft) -> Ticket:
        """One POST. Property and link come after it where they cannot be in it; losing them loses no ticket."""
        doing = f"creating the ticket of {draft.key} in Jira project {draft.project}"
        with self.connected() as wire:
            try:
                issue, number = wire.create(self._body(draft), doing)
            except NeedsHuman as refused:
                raise NeedsHuman(self._explained(wire, draft, refused)) from None
            self._add_rest(wire, issue, draft)
        return self.ticket(issue, number)

    def check(self, project: str, issue_type: str) -> str:
        """Who Jira says we are, in a sentence, after proving that ``project`` takes ``issue_type``. Changes nothing."""
        with self.connected() as wire:
            account, kinds = wire.myself(), wire.issue_types(project)
        if issue_type not in kinds:
            raise NeedsHuman(_no_issue_type(project, issue_type, kinds))
        name = one_line(str(account.get("displayName") or account.get("name") or "unknown"), 80)
        return f"Jira at {self._site} knows us as {name}; project {project} takes {issue_type}"

    def _body(self, draft: TicketDraft) -> dict[str, Any]:
        cloud = self._options.cloud
        fields: dict[str, Any] = {
            **draft.fields,
            "project": {"key": draft.project},
            "issuetype": {"name": draft.issue_type},
            "summary": one_line(draft.summary, SUMMARY),
            "description": (text.as_document if cloud else text.as_wiki)(draft.paragraphs, draft.link),
            "labels": sorted({self.label(draft.key), *(text.label(word) for word in draft.labels)}),
        }
        if draft.priority:
            fields["priority"] = {"name": draft.priority}
        marked = [{"key": PROPERTY, "value": {"key": draft.key}}]
        return {"fields": fields, "properties": marked} if cloud else {"fields": fields}

    def _add_rest(self, wire: Wire, issue: str, draft: TicketDraft) -> None:
        try:
            if not self._options.cloud:  # Data Center is not documented to take properties with the create
                wire.set_property(issue, {"key": draft.key})
        except (Retriable, Ambiguous, NeedsHuman) as failure:
            _log.warning("ticket %s of %s lacks its property: %s", issue, draft.key, failure)
        try:
            if draft.link and self._options.remote_link:
                wire.set_link(issue, draft.link, f"Suture case {one_line(draft.key, 80)}")
        except (Retriable, Ambiguous, NeedsHuman) as failure:
            _log.warning("ticket %s of %s lacks its link: %s", issue, draft.key, failure)

    def _explained(self, wire: Wire, draft: TicketDraft, refused: NeedsHuman) -> str:
        """The refusal in the words of our configuration, where Jira says which field it is about."""
        about = {name: words for name, words in getattr(refused.__cause__, "complaints", ()) if name}
        said = self._options.scrub("; ".join(f"{name}: {words}" for name, words in about.items()))
        if "project" in about:
            return f"Jira has no project {draft.project}, or the token's account may not create issues there ({said})"
        if "issuetype" in about:
            return f"{_no_issue_type(draft.project, draft.issue_type, self._kinds(wire, draft.project))} ({said})"
        if "priority" in about:
            return (
                f'Jira project {draft.project} does not take priority "{draft.priority}" for {draft.issue_type}. '
                f"Choose one it has, or none ({said})"
            )
        if about:
            return (
                f"Jira project {draft.project} does not take the ticket of {draft.key} as {draft.issue_type}. "
                f"Set these fields in the configuration, or take them off the project's create screen: {said}"
            )
        return str(refused)

    @staticmethod
    def _kinds(wire: Wire, project: str) -> list[str]:
        try:
            return wire.issue_types(project)
        except (Retriable, NeedsHuman):
            return []  # only an addition to a message


def _no_issue_type(project: str, wanted: str, there: list[str]) -> str:
    known = f"; it has {', '.join(there[:20])}" if there else ""
    return f'Jira project {project} has no issue type "{wanted}"{known}. Set its issue_type'


def _quoted(value: str) -> str:
    """A JQL string; quotes and backslashes are escaped, so that a value can never become a clause."""
    return '"' + clean(value).replace("\n", " ").replace("\\", "\\\\").replace('"', '\\"') + '"'
