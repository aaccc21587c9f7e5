"""Wazuh: alerts of its manager, posted by the integration script that Suture ships (deploy/wazuh/custom-suture)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Headers, Opened, Source, SourceOptions
from connectors.formats.wazuh_records import read_alert, read_indexed
from connectors.quarantine import each
from connectors.signing import bearer, standard_webhooks
from connectors.wild import Wild

ID = "wazuh"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One alert, a list of them, or what a search of the index of vulnerabilities answers (``hits.hits``)."""
    body = Wild(opened.body, opened.pointer)
    if isinstance(body.value, list):
        return each(body.items(), partial(read_alert, ID))
    held = body.value if isinstance(body.value, dict) else {}
    if isinstance(held.get("hits"), dict):
        return each(body.items("hits", "hits"), partial(read_indexed, ID))
    if "rule" not in held or "agent" not in held:
        raise UnknownShape("no alert of Wazuh: rule and agent are not there")
    return each([body], partial(read_alert, ID))


def _delivery_id(headers: Headers, body: Any) -> str:
    """An alert's id counts within its manager."""
    told = body if isinstance(body, dict) else {}
    manager = told["manager"].get("name") if isinstance(told.get("manager"), dict) else None
    return f"{manager or ID}/{told['id']}" if isinstance(told.get("id"), str) and told["id"] else ""


SOURCE = Source(
    id=ID,
    title="Wazuh",
    family=Family.ENDPOINT,
    arrives="alerts of a Wazuh manager: vulnerabilities, SCA checks, rules",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE, Kind.DETECTION),
    says_gone="`Solved`, `passed`",
    vendor_docs="https://documentation.wazuh.com/current/user-manual/manager/integration-with-external-apis.html",
    verifiers=(standard_webhooks(), bearer()),
    parse=parse,
    envelopes=("ndjson",),
    delivery_id=_delivery_id,
    docs=(
        "Copy deploy/wazuh/custom-suture to /var/ossec/integrations on the manager (owner root:wazuh, mode 750), add "
        "an integration named custom-suture to ossec.conf, with this address as hook_url, the secret as api_key, "
        "alert_format json and the lowest level that should reach people."
    ),
)
