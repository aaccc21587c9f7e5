"""On-call by PagerDuty's REST API, version 2: ``GET /oncalls?schedule_ids[]=P…``.

https://developer.pagerduty.com/api-reference: ListOnCalls. A read-only API key is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2

from connectors.contract.context import Shift
from connectors.contract.failure import UnknownShape
from connectors.formats.excerpts import short
from connectors.http import open_source
from connectors.text import one_line, read_json

API = "https://api.pagerduty.com"
_PAGE = 100  # the most that the API gives at once
_PAGES = 20
_MOST_BYTES = 8 * 1024 * 1024
_ACCEPT = "application/vnd.pagerduty+json;version=2"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDutyOptions:
    """One schedule. ``api_url`` is https://api.eu.pagerduty.com for accounts in the European region."""

    schedule: str
    token: str = field(repr=False)
    api_url: str = API


def read(options: PagerDutyOptions, since: datetime, until: datetime) -> tuple[Shift, ...]:
    """The turns of the schedule that touch the time from ``since`` to ``until`` (at most three months, says the API).

    Raises NeedsHuman (the key is refused, no such schedule), Retriable (unreachable, busy) or UnknownShape. The key
    goes to the host of ``api_url`` alone: a redirect elsewhere is not followed.
    """
    found: list[Shift] = []
    headers = {"Authorization": f"Token token={options.token}", "Accept": _ACCEPT}
    with httpx2.Client(headers=headers, timeout=30.0) as client:
        for page in range(_PAGES):
            answer = _page(options, client, since, until, page * _PAGE)
            found += _shifts(answer)
            if not answer.get("more"):
                return tuple(found)
    raise UnknownShape(f"PagerDuty has more than {_PAGE * _PAGES:,} turns of this schedule in that time")


def _page(
    options: PagerDutyOptions, client: httpx2.Client, since: datetime, until: datetime, offset: int
) -> Mapping[str, Any]:
    asked = [
        ("schedule_ids[]", options.schedule),
        ("include[]", "users"),  # without it a user is a name only
        ("since", since.isoformat()),
        ("until", until.isoformat()),
        ("limit", str(_PAGE)),
        ("offset", str(offset)),
    ]
    host = urlsplit(options.api_url).hostname or ""
    address = f"{options.api_url}/oncalls?{urlencode(asked)}"
    with open_source(address, hosts={host}, most_bytes=_MOST_BYTES, client=client) as stream:
        answer = read_json(stream.read())
    if not isinstance(answer, Mapping) or not isinstance(answer.get("oncalls"), list):
        raise UnknownShape('not PagerDuty\'s answer to ListOnCalls: no list "oncalls"')
    return answer


def _shifts(answer: Mapping[str, Any]) -> Iterator[Shift]:
    for number, entry in enumerate(answer["oncalls"]):
        user = entry.get("user") if isinstance(entry, Mapping) else None
        if not isinstance(user, Mapping):
            raise UnknownShape(f"/oncalls/{number}: an on-call without a user")
        level = entry.get("escalation_level")
        yield Shift(
            starts=_moment(entry.get("start"), number),
            ends=_moment(entry.get("end"), number),
            email=one_line(str(user.get("email") or ""), 200),
            name=one_line(str(user.get("name") or user.get("summary") or ""), 200),
            level=level if isinstance(level, int) else 1,
        )


def _moment(text: Any, number: int) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UnknownShape(f"/oncalls/{number}: {short(text)} is no time with a zone")
    return moment
