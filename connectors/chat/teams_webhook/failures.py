"""What a failed post to a Workflows webhook means for us. The address is a secret, and requests' own words hold it:
none of them is repeated here, and no failure keeps the exception it came from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import requests
from requests import exceptions
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from connectors.answers import retry_after
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable

Failure = Retriable | Ambiguous | NeedsHuman

_NOT_REACHED = (NewConnectionError, NameResolutionError, ConnectTimeoutError)
_CODE = re.compile(r"[A-Za-z]{3,60}")
_ADVICE: Mapping[int, str] = {
    400: "the workflow does not take what we send; build it from the template that posts a webhook's card to a channel",
    401: 'its address is not complete or was replaced, or its trigger does not let "Anyone" in; copy the address again',
    403: 'its address is not complete or was replaced, or its trigger does not let "Anyone" in; copy the address again',
    404: "there is no such workflow any more: it was deleted or switched off, or its owner has left; make it again",
    410: "there is no such workflow any more: it was deleted or switched off, or its owner has left; make it again",
    413: "the card is too large; this is a defect of ours, please report it",
}


def redirected(name: str) -> NeedsHuman:
    """A webhook that leads elsewhere: nothing is posted there."""
    return NeedsHuman(f"the Teams webhook {name} redirects elsewhere; copy the workflow's present address")


def of_no_answer(problem: exceptions.RequestException, name: str) -> Failure:
    """The failure for a post that got no answer."""
    if isinstance(problem, exceptions.InvalidProxyURL | exceptions.TooManyRedirects):
        return redirected(name)
    if isinstance(problem, exceptions.SSLError):
        return NeedsHuman(f"the certificate of the host of the Teams webhook {name} is not one that is trusted here")
    if isinstance(problem, exceptions.ConnectTimeout | exceptions.ProxyError) or _not_reached(problem):
        return Retriable(f"Teams could not be reached through the webhook {name}")
    if isinstance(problem, exceptions.ReadTimeout):
        return Ambiguous(f"Teams did not answer in time through the webhook {name}")
    return Ambiguous(f"the connection to the Teams webhook {name} was lost ({type(problem).__name__})")


def of_answer(answer: requests.Response, name: str) -> Failure:
    """The failure that an answer other than 2xx tells of."""
    status, code = answer.status_code, _code(answer)
    said = f"{status}{f' {code}' if code else ''}"
    if status in (429, 503):
        why = "asks us to slow down" if status == 429 else "has no room now"
        return Retriable(f"the Teams webhook {name} {why} ({said})", after=retry_after(answer.headers))
    if status >= 500 or status == 408:
        return Ambiguous(f"the Teams webhook {name} answered {said}: the card may be there")
    advice = _ADVICE.get(status, "look at the workflow's run history in Power Automate")
    return NeedsHuman(f"the Teams webhook {name} answered {said}: {advice}")


def _not_reached(problem: exceptions.RequestException) -> bool:
    """Whether no connection came about at all, so that nothing was sent."""
    inner = problem.args[0] if problem.args else None
    return isinstance(inner, _NOT_REACHED) or isinstance(getattr(inner, "reason", None), _NOT_REACHED)


def _code(answer: requests.Response) -> str:
    """The name of the error, as ``{"error": {"code": …}}`` gives it; nothing else of the answer is shown."""
    try:
        code = answer.json()["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return ""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""
