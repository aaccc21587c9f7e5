"""Okta: what it detects about sign-ins, sessions and users, from its event hook.

Only what Okta judged, or a user reported, is a finding; what people merely did in Okta is a log, and tells of none.
Shape: Okta docs, "Event hooks" and "System Log API" (LogEvent).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.contract.source import Answer, Family, Headers, Opened, Source, SourceOptions
from connectors.formats.severities import from_word
from connectors.quarantine import each
from connectors.signing import echo_header, static_header
from connectors.text import one_line, split_url
from connectors.wild import Wild

ID = "okta"
_OF_THE_ORG = frozenset({"security.threat.detected", "security.attack.start", "security.attack.end"})
_OF_A_USER = frozenset(
    {
        "policy.auth_reevaluate.fail",
        "security.breached_credential.detected",
        "security.session.detect_client_roaming",
        "user.account.report_suspicious_activity_by_enduser",
        "user.mfa.attempt_bypass",
        "user.risk.detect",
    }
)
_LEVEL = re.compile(r"\blevel=(\w+)", re.ASCII)  # {reasons=…, level=HIGH}
_WORDS = re.compile(r"\b(LOW|MEDIUM|HIGH|CRITICAL)\b", re.ASCII)  # {"Password Spray":"HIGH", …}


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """Each member of ``data.events`` that tells of a threat."""
    body = Wild(opened.body, opened.pointer)
    data = body.value.get("data") if isinstance(body.value, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("events"), list):
        raise UnknownShape("no list data.events, as Okta's event hook sends it")
    return each(body.items("data", "events"), partial(_read, body))


def _read(body: Wild, told: Wild) -> Iterator[Finding]:
    kind = told.need("eventType")
    if kind not in _OF_THE_ORG and kind not in _OF_A_USER:
        return
    org = _org(body)
    severity, raw = _severity(told.at("debugContext", "debugData"))
    actor = told.text("client", "ipAddress") or told.text("actor", "alternateId")
    about_user = kind in _OF_A_USER
    rule = kind.removesuffix(".start").removesuffix(".end")
    ended = kind.endswith(".end")
    yield Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(told.text("displayMessage", limit=400) or kind),
        resource=_user(org, told) if about_user else Resource(id=org, type="okta-org", name=org, provider="okta"),
        severity=severity,
        severity_raw=raw,
        severity_from="source" if severity else "unknown",
        problem=rule,
        locator=() if about_user or rule == "security.attack" else (actor,),
        summary=one_line(told.text("outcome", "reason", limit=1_000), 1_000),
        actor=actor,
        status=Status.RESOLVED if ended else Status.OPEN,
        status_reason="Okta says that the attack ended" if ended else "",
        observed_at=told.time("published"),
        pointer=told.pointer(),
    )


def _org(body: Wild) -> str:
    """``acme.okta.com`` of the hook's own address."""
    parts = split_url(body.text("source"))
    if parts is None or not parts.hostname:
        raise body.bad("expected the address of the event hook, https://<org>/api/v1/eventHooks/…", "source")
    return parts.hostname


def _severity(debug: Wild) -> tuple[Severity, str]:
    """What Okta's detection says of itself. The entry's ``severity`` is that of a log, DEBUG to ERROR, and not read."""
    if found := _LEVEL.search(debug.text("risk") or debug.text("Risk")):
        return from_word(found.group(1)), found.group(1)
    words = _WORDS.findall(debug.text("threatDetections", limit=2_000))
    worst = max(words, key=from_word, default="")
    return from_word(worst), worst


def _user(org: str, told: Wild) -> Resource:
    """The user it is about: the first target that is one, else who acted."""
    users = [one for one in (*told.items("target"), told.at("actor")) if one.text("type").lower() == "user"]
    if not users:
        raise told.bad("neither a target nor the actor is a user", "target")
    name = users[0].text("alternateId") or users[0].need("id")
    return Resource(id=name, type="user", name=users[0].text("displayName"), provider="okta", account=org)


def _delivery(headers: Headers, body: Any) -> str:
    told = body.get("eventId") if isinstance(body, dict) else None
    return told if isinstance(told, str) else ""


SOURCE = Source(
    id=ID,
    title="Okta",
    family=Family.IDENTITY,
    arrives="threats, risks and reported activity of an event hook",
    kinds=(Kind.DETECTION,),
    says_gone="`security.attack.end`",
    vendor_docs="https://developer.okta.com/docs/reference/api/event-types/",
    verifiers=(static_header("authorization"),),
    parse=parse,
    challenge=echo_header("x-okta-verification-challenge", "verification"),
    delivery_id=_delivery,
    stored=Answer(200),  # Okta: 200 or 204, and empty
    docs=(
        "Under Workflow, Event Hooks, create a hook with this address, the authentication field Authorization and the "
        "secret as its value, subscribe it to the security events named on the source's page, and verify it: Suture "
        "answers the challenge by itself."
    ),
)
