"""Google Cloud Monitoring: incidents of alerting policies, by webhook or Pub/Sub push."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Status
from connectors.contract.source import Family, Source
from connectors.formats.gcp_names import monitored
from connectors.formats.json_records import JsonRecords
from connectors.formats.severities import from_word
from connectors.signing import basic, google_oidc, query_token
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "gcp-monitoring"
_STATES = {"open": Status.OPEN, "acknowledged": Status.OPEN, "closed": Status.RESOLVED}


def _read(body: Wild) -> Iterator[Finding]:
    """Known by condition, resource and metric: an incident that opens again gets another id."""
    told = body.at("incident")
    state = told.need("state").lower()
    if state not in _STATES:
        raise told.bad(f"expected {', '.join(_STATES)}", "state")
    word, labels = told.text("severity"), told.pairs("resource", "labels")
    severity = from_word(word)
    policy = told.text("policy_name") or told.need("condition_name")
    rule = told.text("condition", "name") or f"{policy}/{told.text('condition_name')}"
    status, reason = _STATES[state], "the incident is closed" if state == "closed" else ""
    if body.text("version") == "test":
        status, reason = Status.SAMPLE, "Cloud Monitoring's own test"
    yield Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id=rule,
        rule_name=told.text("condition_name"),
        title=one_line(policy),
        resource=monitored(
            told.text("resource", "type") or "resource", labels, told.text("scoping_project_id") or "project"
        ),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=policy,
        locator=tuple(f"{key}={value}" for key, value in sorted(told.pairs("metric", "labels").items()) if value),
        summary=told.text("summary", limit=SUMMARY),
        status=status,
        status_reason=reason,
        first_seen=told.time("started_at") if told.get("started_at") else None,
        observed_at=told.time("ended_at") if told.get("ended_at") else told.time("started_at"),
        url=told.url("url"),
        remediation_text=_advice(told),
        pointer=told.pointer(),
    )


def _advice(told: Wild) -> str:
    """The policy's documentation: an object, and in the test of a channel a text."""
    at = ("documentation",) if isinstance(told.get("documentation"), str) else ("documentation", "content")
    return told.text(*at, limit=SUMMARY)


RECORDS = JsonRecords(_read, "no incident of Cloud Monitoring", keys=("incident",))
SOURCE = Source(
    id=ID,
    title="Google Cloud Monitoring",
    family=Family.OBSERVABILITY,
    arrives="incidents of alerting policies (webhook version 1.2), also by Pub/Sub",
    kinds=(Kind.DETECTION,),
    says_gone="closed",
    vendor_docs="https://docs.cloud.google.com/monitoring/support/notification-options",
    verifiers=(basic(), query_token("auth_token"), google_oidc()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("pubsub",),
    docs=(
        "Under Alerting, add a notification channel of the kind Webhook with this address: with basic authentication, "
        "the secret being the password, or with ?auth_token= and the secret at the end of the address. A Pub/Sub "
        "channel with an authenticated push subscription will do as well: then name its audience and the e-mail of its "
        "service account under allow."
    ),
)
