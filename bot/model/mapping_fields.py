"""How each field of a finding is told in a stranger's record: by the name of its key, and by what its value is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.contract.finding import Severity
from connectors.formats.severities import from_word
from connectors.times import read_time

_CVE = re.compile(r"CVE-\d{4}-\d{4,}\Z", re.IGNORECASE)
_ADDRESS = (
    r"\d{1,3}(\.\d{1,3}){3}\Z|[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*\Z"  # the last part is no number: 3.1 is none
)
_RESOURCE = re.compile(rf"arn:aws[a-z-]*:|//[a-z]+\.googleapis\.com/|/subscriptions/|{_ADDRESS}", re.IGNORECASE)

# A field a line, in the order in which they choose: each takes the best place that is left. Then its keys, without case
# and punctuation, the surest first; two keys of one path count as one word (rule.id is ruleid).
_NAMES = """
cve: cve cveid cves vulnerabilityid
severity: severity severitylabel severityname level risk risklevel criticality priority impact
resource.id: resourceid resourcearn arn assetid resource resourcename asset hostname host fqdn target instanceid
  instance machine device devicename server node computername hostid hostip machinename hostsname targetid targetname
  repository repo endpoint ip ipaddress
rule: ruleid checkid pluginid signatureid policyid controlid detectionid templateid testid rule rulename check checkname
  policy policyname signature control alertname type category eventtype code
title: title headline alerttitle findingtitle summary subject shortdescription name alertname message rulename checkname
  description text
summary: description details detail longdescription message summary text
status: status state findingstatus alertstatus result
observed_at: observedat lastseen lastseenat updatedat timestamp detectedat time eventtime date createdat created ts
first_seen: firstseen firstseenat createdat created firstdetected
url: url htmlurl link permalink consoleurl alerturl weburl
remediation: remediation recommendation solution fix mitigation
package: package packagename pkgname component componentname library
installed: installed installedversion packageversion currentversion
fixed_in: fixedin fixedversion fixversion patchedversion
cvss_score: cvssscore cvss basescore cvssbasescore
resource.type: resourcetype assettype hosttype targettype
resource.name: resourcename assetname hostname targetname displayname
resource.account: account accountid awsaccountid subscriptionid projectid
resource.region: region awsregion location zone
"""
_STATUSES = """
open active new failed fail firing reopened resolved fixed closed inactive remediated passed pass ok suppressed ignored
dismissed muted false_positive archived not_checked unchecked not_reviewed skipped manual sample test
"""
_KNOWN_STATUSES = frozenset(_STATUSES.split())
# Keys whose values look like a system's, and are none; and those under which every record of a list may say the same.
NO_SYSTEM = re.compile(r"version|score|file|path|package|component|library|class")
OF_A_CLASS = frozenset({"type", "category", "eventtype"})
NEEDED = frozenset({"severity", "resource.id", "rule", "title"})


@dataclass(frozen=True, slots=True)
class FieldRule:
    """``names`` are keys, the surest first; ``fits`` judges a value under one of them."""

    field: str
    names: tuple[str, ...]
    fits: Callable[[Any], bool]
    by_value: Callable[[Any], bool] | None = None  # judges a value whatever its key is
    why: str = ""  # what such a value shows


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 400 and "\n" not in value.strip()


def _words(value: Any) -> bool:
    return isinstance(value, str) and 3 < len(value.strip()) <= 2_000


def _name(value: Any) -> bool:
    return _text(value) or (isinstance(value, int) and not isinstance(value, bool))


def _severity(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 40 and from_word(value) is not Severity.UNKNOWN


def _surely_severity(value: Any) -> bool:
    """``none`` and ``info`` are said of other things too."""
    return _severity(value) and from_word(value) > Severity.INFORMATIONAL


def _cve(value: Any) -> bool:
    told = value[:50] if isinstance(value, list) else [value]
    return bool(told) and all(isinstance(one, str) and _CVE.match(one) for one in told)


def _resource(value: Any) -> bool:
    return _text(value) and len(value) <= 300 and bool(_RESOURCE.match(value))


def _status(value: Any) -> bool:
    return isinstance(value, str) and value.lower().replace(" ", "_") in _KNOWN_STATUSES


def _score(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 10


def _time(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > 40:
        return False
    try:
        return read_time(value) is not None
    except (ValueError, OverflowError):
        return False


def _web(value: Any) -> bool:
    return _text(value) and value.startswith("https://")


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "cve": _cve,
    "severity": _severity,
    "resource.id": _name,
    "rule": _name,
    "summary": _words,
    "remediation": _words,
    "status": _status,
    "observed_at": _time,
    "first_seen": _time,
    "url": _web,
    "cvss_score": _score,
    "resource.account": _name,
}
_BY_VALUE: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "cve": (_cve, "its value is a CVE"),
    "severity": (_surely_severity, "its value is a severity"),
    "resource.id": (_resource, "its value names a system"),
}


def _rules() -> tuple[FieldRule, ...]:
    found = []
    for line in _NAMES.replace("\n  ", " ").strip().splitlines():
        field, _, names = line.partition(": ")
        by_value, why = _BY_VALUE.get(field, (None, ""))
        found.append(FieldRule(field, tuple(names.split()), _FITS.get(field, _text), by_value, why))
    return tuple(found)


RULES = _rules()
