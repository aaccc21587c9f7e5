"""One entry of Okta's log, as its event hook tells it, read into a finding where it tells of a threat.

Only what Okta judged, or a user reported, is a finding; what people merely did in Okta is a log, and tells of none.
Shape: Okta docs, "Event hooks" and "System Log API" (LogEvent).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.formats.severities import from_word
from connectors.text import one_line, split_url
from connectors.wild import Wild

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


def read_event(source: str, body: Wild, told: Wild) -> Iterator[Finding]:
    """One member of ``data.events``; ``body`` is the hook's whole body, which names the org. Raises Unreadable."""
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
        source=source,
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
