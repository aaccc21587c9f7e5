"""One call to AWS, and what its failure means: nothing happened, it may have happened, or a person is needed.

Error codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable

# Refused before it was looked at; S3's OperationAborted is a competing change, after which ours was not made.
_TOO_FAST = frozenset(
    [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "SlowDown",
        "TooManyRequestsException",
        "EC2ThrottledException",
        "BandwidthLimitExceeded",
        "OperationAborted",
    ]
)
_FORBIDDEN = frozenset(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"])
_WHO = frozenset(
    [
        "AuthFailure",
        "InvalidClientTokenId",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidToken",
        "RequestExpired",
        "OptInRequired",
        "NotSignedUp",
    ]
)
_NOT_AUTHORIZED = re.compile(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)")
_GONE = frozenset(["InvalidGroup.NotFound", "InvalidGroupId.Malformed", "NoSuchBucket"])


def ask(
    call: Callable[..., Any],
    action: str,
    *,
    write: bool = False,
    absent: Collection[str] = (),
    **arguments: Any,
) -> Any:
    """Make one SDK call and return its answer, or None when AWS answers with one of the codes in ``absent``.

    ``action`` is the IAM action, ``ec2:RevokeSecurityGroupIngress``, named in messages. Raises Retriable, NeedsHuman
    and, for writes only, Ambiguous.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        return call(**arguments)
    except ClientError as refusal:
        if refusal.response.get("Error", {}).get("Code") in absent:
            return None
        raise _refused(refusal, action, write) from refusal
    except (BotoCoreError, ResponseParserError) as failure:
        raise _failed(failure, action, write) from failure


def ask_pages(client: Any, operation: str, key: str, action: str, **arguments: Any) -> list[Any]:
    """All items under ``key`` of a paginated read, whatever the number of pages. Raises as :func:`ask`."""

    def read() -> list[Any]:
        pages = client.get_paginator(operation).paginate(**arguments)
        return [item for page in pages for item in page.get(key, [])]

    items: list[Any] = ask(read, action)
    return items


def _refused(refusal: Any, action: str, write: bool) -> Exception:
    """AWS answered, with an error."""
    answer = refusal.response
    code = str(answer.get("Error", {}).get("Code", "")) or "no error code"
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if refusal.operation_name == "AssumeRole":  # the SDK fetches credentials in the middle of another call
        action, write = "sts:AssumeRole", False
    if code in _TOO_FAST:
        return Retriable(f"{action}: AWS asks us to slow down ({code})")
    if code in _FORBIDDEN:
        missing = _NOT_AUTHORIZED.search(answer["Error"].get("Message", ""))
        action = missing[1] if missing else action
        return NeedsHuman(f"{action} is not allowed to these credentials ({code}): allow it in the role's policy")
    if code in _WHO:
        return NeedsHuman(
            f"{action}: AWS does not accept the credentials ({code}): renew or correct them in the config"
        )
    if code in _GONE:
        return NeedsHuman(f"{action}: the target does not exist in this account and region ({code})")
    if status >= 500:
        return _unanswered(f"{action}: AWS answered {status} ({code})", write)
    return NeedsHuman(f"{action}: AWS refused it ({code}): {_short(answer.get('Error', {}).get('Message', ''))}")


def _failed(failure: Exception, action: str, write: bool) -> Exception:
    """No answer, or none that can be read."""
    from botocore import exceptions
    from botocore.parsers import ResponseParserError

    kind = type(failure).__name__
    unsent = (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError, exceptions.ProxyConnectionError)
    if isinstance(failure, unsent):
        return Retriable(f"{action}: AWS could not be reached ({kind})")
    lost = (exceptions.HTTPClientError, exceptions.ConnectionError, exceptions.IncompleteReadError, ResponseParserError)
    if isinstance(failure, lost):
        return _unanswered(f"{action}: the answer was lost ({kind})", write)
    return NeedsHuman(f"{action}: the AWS access is not configured rightly: {_short(str(failure))}")


def _unanswered(why: str, write: bool) -> Exception:
    return Ambiguous(f"{why}; the change may or may not have been made") if write else Retriable(why)


def _short(text: str) -> str:
    """AWS's own sentence, on one line and without the long encoded parts that some errors carry."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= 200 else line[:199] + "…"
