"""One Jira: opening connections to it, and learning once whether it is the kind our credentials are for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors.contract.failure import NeedsHuman, Retriable
from connectors.contract.ticket import Ticket
from connectors.trackers.jira import text
from connectors.trackers.jira.options import JiraOptions

if TYPE_CHECKING:  # the package behind it is slow to import
    from connectors.trackers.jira.wire import Wire


class Site:
    """Nothing is sent before the first act."""

    def __init__(self, options: JiraOptions) -> None:
        self._options = options
        self._site = ""  # where people open tickets; known once Jira has said what it is
        self._lock = threading.Lock()

    @property
    def settle(self) -> float:
        """Seconds after an Ambiguous create before a find() that finds nothing may be believed."""
        return self._options.settle

    def label(self, key: str) -> str:
        """The label that a case's ticket carries: ``suture-S-12``."""
        return text.label(f"{self._options.label_prefix}-{key}")

    @contextmanager
    def connected(self) -> Iterator[Wire]:
        """A connection for one act."""
        from connectors.trackers.jira.wire import opened

        with opened(self._options) as wire:
            with self._lock:
                self._site = self._site or self._learn_site(wire)
            yield wire

    def _learn_site(self, wire: Wire) -> str:
        """Jira's address for people, after a look whether it is of the kind our credentials are for."""
        info = wire.server_info()
        if not info:
            raise Retriable(f"{self._options.base} does not say what it is yet")  # Jira's bug JRA-59676
        if (info.get("deploymentType") == "Cloud") != self._options.cloud:
            there = "Jira Cloud, which needs email and api_token"
            if self._options.cloud:
                there = "Jira Data Center, which needs personal_access_token"
            raise NeedsHuman(f"{self._options.base} is {there}")
        # A scoped API token goes through api.atlassian.com, where nobody can open a ticket.
        behind_gateway = "://api.atlassian.com/" in self._options.base
        return str(info["baseUrl"]).rstrip("/") if behind_gateway and info.get("baseUrl") else self._options.base

    def address(self, issue: str) -> str:
        """Where people open a ticket."""
        return f"{self._site}/browse/{issue}"

    def ticket(self, key: str, number: str) -> Ticket:
        return Ticket(key=key, url=self.address(key), number=number)
