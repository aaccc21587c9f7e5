"""What GitHub's alerts have in common: their state, their number, and the repository they are about."""

from __future__ import annotations

from connectors.contract.finding import Resource, Status
from connectors.formats.repositories import repository_name
from connectors.wild import Wild

_STATES = {
    "open": Status.OPEN,
    "fixed": Status.RESOLVED,
    "resolved": Status.RESOLVED,
    "closed": Status.RESOLVED,
    "dismissed": Status.SUPPRESSED,
    "auto_dismissed": Status.SUPPRESSED,
}
_ACTIONS = {
    "fixed": Status.RESOLVED,
    "resolve": Status.RESOLVED,
    "resolved": Status.RESOLVED,
    "dismiss": Status.SUPPRESSED,
    "dismissed": Status.SUPPRESSED,
    "auto_dismissed": Status.SUPPRESSED,
    "closed_by_user": Status.SUPPRESSED,
}


def status_of(told: Wild) -> Status:
    """The alert's own state; where the payload tells none (older ones), what the action did."""
    state = told.text("alert", "state").lower()
    if not state:
        return _ACTIONS.get(told.text("action").lower(), Status.OPEN)
    if state not in _STATES:
        raise told.bad(f"expected one of {', '.join(_STATES)}", "alert", "state")
    return _STATES[state]


def uid_of(told: Wild, kind: str) -> str:
    """The alert's number counts within its repository and kind."""
    number = told.whole("alert", "number")
    if number is None:
        raise told.bad("this is needed and is missing or empty", "alert", "number")
    return f"{told.need('repository', 'id')}/{kind}/{number}"


def resource_of(told: Wild, path: str = "", line: int | None = None) -> Resource:
    full_name = told.need("repository", "full_name")
    name = repository_name(told.text("repository", "html_url") or f"github.com/{full_name}")
    owner = told.text("repository", "owner", "login") or full_name.partition("/")[0]
    return Resource(
        id=name,
        type="repository",
        name=full_name,
        provider="github",
        account=owner,
        repository=name,
        path=path,
        line=line,
    )


def is_public(told: Wild) -> bool:
    if visibility := told.text("repository", "visibility"):
        return visibility == "public"
    return told.get("repository", "private") is not None and not told.flag("repository", "private")
