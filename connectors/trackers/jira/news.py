"""What Jira's webhook tells: which ticket, who did it, and what changed. How the ticket stands is read, not believed.

Jira: "Webhooks" (administration, with a secret): ``X-Hub-Signature: sha256=<hex>`` over the raw body, and an
``X-Atlassian-Webhook-Identifier`` that stays the same when it is delivered again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.contract.source import Headers, Verifier
from connectors.contract.ticket import Changed, TicketNews, TrackerPerson
from connectors.signing import hmac_sha256
from connectors.text import one_line, read_json
from connectors.trackers.jira.people import person_of

VERIFIER: Verifier = hmac_sha256("x-hub-signature", prefix="sha256=")
_IDENTIFIER = "x-atlassian-webhook-identifier"
_FIELDS = {"status": Changed.STATUS, "assignee": Changed.ASSIGNEE, "duedate": Changed.DUE}


def read_news(headers: Headers, body: bytes) -> TicketNews | None:
    """The news in one delivery; None when nothing in it concerns us. Raises NotThisFormat when it is not JSON."""
    told = read_json(body)
    issue = told.get("issue") if isinstance(told, Mapping) else None
    if not isinstance(told, Mapping) or not isinstance(issue, Mapping):
        return None
    changed = _changed(told)
    key, number = issue.get("key"), issue.get("id")
    if not changed or not isinstance(key, str) or not key:
        return None
    identity = one_line(headers.get(_IDENTIFIER, ""), 200) or hashlib.sha256(body).hexdigest()
    return TicketNews(
        id=identity,
        ticket=one_line(key, 100),
        number=one_line(str(number or ""), 40),
        by=_actor(told.get("user")),
        changed=changed,
    )


def _actor(user: Any) -> TrackerPerson | None:
    """Who did it. Data Center lets people write their own e-mail address: there it is no proof of who they are."""
    person = person_of(user)
    return person if person is None or "accountId" in user else replace(person, email="")


def _changed(told: Mapping[str, Any]) -> frozenset[Changed]:
    if told.get("webhookEvent") == "jira:issue_deleted":
        return frozenset({Changed.GONE})
    changelog = told.get("changelog")
    items = changelog.get("items") if isinstance(changelog, Mapping) else None
    named = [str(item.get("field", "")).lower() for item in items or () if isinstance(item, Mapping)]
    return frozenset(_FIELDS[name] for name in named if name in _FIELDS)
