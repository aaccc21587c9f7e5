"""Azure's resources by their ids (``/subscriptions/…``), whose case its services do not keep."""

from __future__ import annotations

import re

from connectors.contract.finding import Resource
from connectors.text import clean

_ID = re.compile(
    r"/subscriptions/([0-9a-f-]{36})(?:/resourcegroups/([^/]+))?(?:/providers/([^/]+)/(.+))?", re.IGNORECASE
)


def resource_of(told: str) -> Resource:
    """The resource an id names, in lower case: Azure Resource Manager's ids know no case."""
    identity = told.strip().rstrip("/").lower()
    found = _ID.fullmatch(identity)
    if not found:
        return Resource(id=identity, name=clean(told), provider="azure")
    subscription, group, namespace, rest = found.groups()
    parts = rest.split("/") if rest else []
    kind = "/".join([namespace, *parts[::2]]) if parts else "resource-group" if group else "subscription"
    return Resource(
        id=identity,
        type=kind,
        name=told.strip().rstrip("/").rpartition("/")[2],
        provider="azure",
        account=subscription,
    )
