"""The administrator's webhook: every change is posted, signed, with an identifier that stays the same on a repeat."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.fakes.jira.shapes import fields_shape, person_shape
from tests.fakes.jira.state import Issue, Jira, Person
from tests.plain_http import NO_TLS


@dataclass
class Webhooks:
    """Sent one after the other by a thread of its own, as Jira does not wait for the answers either."""

    jira: Jira
    url: str = ""
    secret: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)  # identifier, body, the status of each answer
    _waiting: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._send_all, daemon=True).start()

    def tell(self, issue: Issue, by: Person, event: str, items: Sequence[dict[str, Any]]) -> None:
        if not self.url:
            return
        body: dict[str, Any] = {
            "timestamp": int(self.jira.time().timestamp() * 1000),
            "webhookEvent": event,
            "user": person_shape(self.jira, by),
            "issue": {"id": str(issue.id), "key": issue.key, "fields": fields_shape(self.jira, issue)},
        }
        if items:
            body["changelog"] = {"id": str(10_000 + len(self.sent)), "items": list(items)}
        self.again({"identifier": str(uuid.uuid4()), "body": body, "answers": [], "to": self.url})

    def again(self, delivery: dict[str, Any]) -> None:
        """Send it, or send it once more."""
        if delivery not in self.sent:
            self.sent.append(delivery)
        self._waiting.put(delivery)

    def _send_all(self) -> None:
        with httpx2.Client(timeout=10, verify=NO_TLS) as http:
            while True:
                delivery = self._waiting.get()
                raw = json.dumps(delivery["body"]).encode()
                digest = hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
                headers = {
                    "content-type": "application/json",
                    "x-hub-signature": f"sha256={digest}",
                    "x-atlassian-webhook-identifier": delivery["identifier"],
                }
                try:
                    delivery["answers"].append(http.post(delivery["to"], content=raw, headers=headers).status_code)
                except httpx2.TransportError as error:
                    delivery["answers"].append(type(error).__name__)
