"""Anything that can post JSON: our own simple shape, or any other by a mapping of JMESPath expressions.

Our shape is one object, a list of them, or ``{"findings": [...]}``; its keys are those of ``FIELDS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Package, Resource, Status
from connectors.contract.finding import Record as FindingRecord
from connectors.contract.source import Opened, Source, SourceOptions
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.signing import bearer, standard_webhooks
from connectors.text import SUMMARY, one_line
from connectors.wild import Unreadable, Wild, each, set_aside

ID = "generic"
FIELDS = (
    *(
        "title",
        "rule",
        "severity",
        "kind",
        "problem",
        "status",
        "status_reason",
        "summary",
        "uid",
        "cve",
        "cvss_vector",
    ),
    *(
        "cvss_score",
        "package",
        "installed",
        "fixed_in",
        "purl",
        "port",
        "protocol",
        "world_open",
        "confidence",
        "actor",
    ),
    *("first_seen", "last_seen", "observed_at", "disclosed_at", "url", "remediation", "remediation_url"),
    *("resource.id", "resource.type", "resource.name", "resource.provider", "resource.account", "resource.region"),
    *("resource.cluster", "resource.namespace", "resource.repository", "resource.path", "resource.ip", "resource.line"),
)
ITEMS = "items"  # the mapping's own word: where the list of findings lies
_STATUSES = {
    **dict.fromkeys(("", "open", "active", "new", "failed", "fail", "firing", "reopened"), Status.OPEN),
    **dict.fromkeys(("resolved", "fixed", "closed", "inactive", "remediated"), Status.RESOLVED),
    **dict.fromkeys(("passed", "pass", "ok"), Status.PASSED),
    **dict.fromkeys(("suppressed", "ignored", "dismissed", "muted", "false_positive"), Status.SUPPRESSED),
    **dict.fromkeys(("archived",), Status.ARCHIVED),
    **dict.fromkeys(("sample", "test"), Status.SAMPLE),
}


def check_mapping(mapping: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping, in words for the start: a field nobody knows, an expression that is no JMESPath."""
    wrong = [f"{name}: no such field; there are {ITEMS}, {', '.join(FIELDS)}" for name in mapping if name not in _NAMES]
    for name, expression in mapping.items():
        try:
            jmespath.compile(expression)
        except JMESPathError as error:
            wrong.append(f"{name}: {expression!r} is no JMESPath expression: {one_line(str(error))}")
    return wrong


_NAMES = frozenset({ITEMS, *FIELDS})
_KINDS = frozenset(kind.value for kind in Kind)


def parse(opened: Opened, options: SourceOptions) -> Iterable[FindingRecord]:
    """Our own shape, or through ``options.mapping``. An expression that fails on a record sets that record aside."""
    body = Wild(opened.body, opened.pointer)
    if not options.mapping:
        return each(_our_records(body), _read)
    return _mapped(body, options.mapping)


def _our_records(body: Wild) -> Iterator[Wild]:
    if isinstance(body.value, list):
        return body.items()
    held = body.value if isinstance(body.value, dict) else {}
    if isinstance(held.get("findings"), list):
        return body.items("findings")
    if "title" in held:
        return iter([body])
    raise UnknownShape("neither our own shape (a title, a rule, a resource) nor is a mapping configured for it")


@lru_cache(maxsize=512)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def _mapped(body: Wild, mapping: Mapping[str, str]) -> Iterator[FindingRecord]:
    records = _search(mapping[ITEMS], body) if ITEMS in mapping else body.value
    listed = records if isinstance(records, list) else [records]
    if records is None or records == []:
        raise UnknownShape(f"the mapping's {ITEMS} finds nothing in it")
    for number, value in enumerate(listed):
        record = Wild(value, body.pointer(), number) if isinstance(records, list) else body
        try:
            yield from tuple(_read(Wild(_as_ours(record, mapping), record.pointer())))
        except Unreadable as error:
            yield set_aside(error, record)


def _search(expression: str, record: Wild) -> Any:
    try:
        return _compiled(expression).search(record.value)
    except JMESPathError as error:
        raise record.bad(f"the mapping's expression {expression!r} fails here: {one_line(str(error))}") from None


def _as_ours(record: Wild, mapping: Mapping[str, str]) -> dict[str, Any]:
    """One record in our own shape."""
    ours: dict[str, Any] = {"resource": {}}
    for name, expression in mapping.items():
        if name != ITEMS:
            inside, _, key = name.rpartition(".")
            (ours["resource"] if inside else ours)[key] = _search(expression, record)
    return ours


def _read(told: Wild) -> Iterator[Finding]:
    resource = _resource(told)
    ids = sorted_ids(_one_or_more(told, "cve"))
    rule = told.text("rule") or (ids[0] if ids else told.need("rule"))
    severity_raw = told.text("severity", limit=60)
    severity, severity_from = told_or_scored(severity_raw, told.text("cvss_vector"), told.number("cvss_score"))
    unread = severity_raw and severity_from != "source"
    yield Finding(
        source=ID,
        kind=_kind(told, bool(ids)),
        rule_id=rule,
        title=one_line(told.need("title", limit=400)),
        resource=resource,
        severity=severity,
        severity_raw=severity_raw,
        severity_from=severity_from,
        problem=told.text("problem") or (ids[0] if ids else rule),
        source_uid=told.text("uid"),
        locator=(resource.path,) if resource.path else (),
        summary=told.text("summary", limit=SUMMARY),
        confidence=told.text("confidence"),
        vuln_ids=ids,
        cvss_vector=told.text("cvss_vector"),
        cvss_score=told.number("cvss_score"),
        package=_package(told),
        actor=told.text("actor"),
        world_open=told.flag("world_open"),
        status=_status(told),
        status_reason=told.text("status_reason"),
        first_seen=told.time("first_seen"),
        last_seen=told.time("last_seen"),
        observed_at=told.time("observed_at"),
        disclosed_at=told.time("disclosed_at"),
        url=told.url("url"),
        remediation_url=told.url("remediation_url"),
        remediation_text=told.text("remediation", limit=SUMMARY),
        port=_port(told),
        protocol=told.text("protocol"),
        pointer=told.pointer(),
        warnings=(f"nobody knows the severity {severity_raw!r}; use low, medium, high or critical",) if unread else (),
    )


def _one_or_more(told: Wild, key: str) -> tuple[str, ...]:
    return told.texts(key) if isinstance(told.get(key), list) else (told.text(key),)


def _resource(told: Wild) -> Resource:
    """The resource as an object, or only its id as a text."""
    if isinstance(told.get("resource"), str):
        return Resource(id=told.need("resource", limit=1_000))
    place = told.at("resource")
    return Resource(
        id=place.need("id", limit=1_000),
        type=place.text("type"),
        name=place.text("name"),
        provider=place.text("provider"),
        account=place.text("account"),
        region=place.text("region"),
        cluster=place.text("cluster"),
        namespace=place.text("namespace"),
        repository=place.text("repository"),
        path=place.text("path", limit=1_000),
        line=place.whole("line"),
        ip=place.text("ip"),
        tags=place.pairs("tags"),
    )


def _kind(told: Wild, has_vulnerability: bool) -> Kind:
    word = told.text("kind").lower()
    if not word:
        return Kind.VULNERABILITY if has_vulnerability else Kind.DETECTION
    if word not in _KINDS:
        raise told.bad(f"expected one of {', '.join(Kind)}", "kind")
    return Kind(word)


def _status(told: Wild) -> Status:
    status = _STATUSES.get(told.text("status").lower().replace(" ", "_"))
    if status is None:
        raise told.bad(f"expected one of {', '.join(word for word in _STATUSES if word)}", "status")
    return status


def _package(told: Wild) -> Package | None:
    if not told.text("package"):
        return None
    return Package(
        name=told.text("package"),
        installed=told.text("installed"),
        fixed_in=told.text("fixed_in"),
        purl=told.text("purl", limit=1_000),
    )


def _port(told: Wild) -> int | None:
    port = told.whole("port")
    if port is not None and not 0 < port < 65_536:
        raise told.bad("expected a port from 1 to 65535", "port")
    return port


SOURCE = Source(
    id=ID,
    title="Any tool that can post JSON",
    verifiers=(standard_webhooks(), bearer()),
    parse=parse,
    envelopes=("cloudevents", "ndjson"),
    docs=(
        "Post JSON to this address, signed by Standard Webhooks (a secret whsec_…) or with Authorization: Bearer and "
        "the secret. Either send our own shape (title, severity, rule and resource.id are enough), or say under "
        "mapping where each field lies in yours, as JMESPath expressions; items is where the list of findings lies."
    ),
)
