"""Envelopes that carry another sender's body: each gives the bodies inside, or None when it is not this envelope.

An inner body that cannot be read is quarantined at its place; the others in the envelope go on.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Quarantined
from connectors.contract.source import Opened
from connectors.text import clean, decode_utf8, read_json

Inside = list[Opened | Quarantined]
Envelope = Callable[[Opened], Inside | None]

_SNS_TYPES = ("Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation")


def _unpack(outer: Opened, place: str, content: str | bytes) -> Opened | Quarantined:
    """The JSON body that lies as text at ``place``."""
    pointer = outer.pointer + place
    try:
        body = content.encode("utf-8") if isinstance(content, str) else content
        return replace(outer, body=read_json(body), pointer=pointer)
    except (NotThisFormat, UnicodeEncodeError) as error:
        shown = content if isinstance(content, str) else content.decode("utf-8", "replace")
        return Quarantined(pointer, f"the text inside the envelope is not JSON: {error}", clean(shown, 4_000))


def sns(outer: Opened) -> Inside | None:
    """An AWS SNS message (not with raw delivery): the body is JSON text in ``Message``. A handshake holds none."""
    body = outer.body
    if not isinstance(body, dict) or body.get("Type") not in _SNS_TYPES or "TopicArn" not in body:
        return None
    if body["Type"] != "Notification":
        return []
    message = body.get("Message")
    if not isinstance(message, str):
        return [Quarantined(outer.pointer + "/Message", "the SNS message has no text in Message", "")]
    return [_unpack(outer, "/Message", message)]


def eventbridge(outer: Opened) -> Inside | None:
    """An EventBridge envelope, as a target gets it without an input transformer: the body is ``detail``."""
    body = outer.body
    if not isinstance(body, dict) or not {"detail-type", "detail", "source"} <= body.keys():
        return None
    return [replace(outer, body=body["detail"], pointer=outer.pointer + "/detail")]


def cloudevents(outer: Opened) -> Inside | None:
    """A CloudEvents 1.0 JSON envelope, or a batch of them: the body is ``data``, or ``data_base64``."""
    if isinstance(outer.body, list) and outer.body and all(_is_cloudevent(one) for one in outer.body):
        return [
            _cloudevent(replace(outer, body=one, pointer=f"{outer.pointer}/{number}"))
            for number, one in enumerate(outer.body)
        ]
    return [_cloudevent(outer)] if _is_cloudevent(outer.body) else None


def _is_cloudevent(body: Any) -> bool:
    return (
        isinstance(body, dict) and isinstance(body.get("specversion"), str) and {"id", "source", "type"} <= body.keys()
    )


def _cloudevent(outer: Opened) -> Opened | Quarantined:
    body = outer.body
    if "data_base64" in body:
        return _from_base64(outer, "/data_base64", body["data_base64"])
    data = body.get("data")
    if isinstance(data, str):
        return _unpack(outer, "/data", data)
    return replace(outer, body=data, pointer=outer.pointer + "/data")


def pubsub(outer: Opened) -> Inside | None:
    """A Google Pub/Sub push: the body is base64 JSON in ``message.data``."""
    body = outer.body
    if not isinstance(body, dict) or not isinstance(body.get("message"), dict) or "subscription" not in body:
        return None
    return [_from_base64(outer, "/message/data", body["message"].get("data"))]


def k8s(outer: Opened) -> Inside | None:
    """What Kubernetes posts about an object: an AdmissionReview, or an operator's ``{verb, operatorObject}``.

    The body is the object; what happened to it (``create``, ``update``, ``delete``) is in the headers as ``k8s-verb``.
    """
    body = outer.body if isinstance(outer.body, dict) else {}
    if "operatorObject" in body:
        return [_k8s_object(outer, body.get("verb"), body["operatorObject"], "/operatorObject")]
    request = body.get("request")
    if body.get("kind") != "AdmissionReview" or not isinstance(request, dict):
        return None
    key = "object" if request.get("object") is not None else "oldObject"  # a deletion has only the old one
    return [_k8s_object(outer, request.get("operation"), request.get(key), f"/request/{key}")]


def _k8s_object(outer: Opened, verb: Any, held: Any, place: str) -> Opened:
    word = verb.lower() if isinstance(verb, str) else ""
    return replace(outer, body=held, headers={**outer.headers, "k8s-verb": word}, pointer=outer.pointer + place)


def _from_base64(outer: Opened, place: str, coded: Any) -> Opened | Quarantined:
    try:
        return _unpack(outer, place, base64.b64decode(coded, validate=True))
    except (binascii.Error, ValueError, TypeError):
        return Quarantined(outer.pointer + place, "the content of the envelope is not base64", clean(str(coded), 4_000))


ENVELOPES: Mapping[str, Envelope] = {
    "sns": sns,
    "eventbridge": eventbridge,
    "cloudevents": cloudevents,
    "pubsub": pubsub,
    "k8s": k8s,
}

_DECODER = json.JSONDecoder()
_WHITE = " \t\r\n"
_MOST_BROKEN = 100


def ndjson(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The documents of newline-delimited or concatenated JSON, each with its pointer ``/0``, ``/1`` …, still as bytes.

    A broken document ends with its line. After many broken ones the rest is one: looking on costs the square of it.
    Raises NotThisFormat when the body is not UTF-8.
    """
    text, place, number, broken = decode_utf8(body), 0, 0, 0
    while (place := _skip(text, place)) < len(text):
        end = _end_of_document(text, place) if broken < _MOST_BROKEN else 0
        if not end:
            broken += 1
            end = _end_of_line(text, place) if broken < _MOST_BROKEN else len(text)
        yield f"/{number}", text[place:end].encode("utf-8")
        place, number = end, number + 1


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _WHITE:
        place += 1
    return place


def _end_of_document(text: str, place: int) -> int:
    """Where the document that starts at ``place`` ends by its own brackets; 0 when it is broken."""
    try:
        return _DECODER.raw_decode(text, place)[1]
    except (ValueError, RecursionError):
        return 0


def _end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def transport_id(envelopes: tuple[str, ...], headers: Mapping[str, str], outermost: Any) -> str:
    """The id that the transport itself gave the delivery and keeps when it tries again; "" when there is none.

    An id inside a signed body counts more than a header beside it.
    """
    body = outermost if isinstance(outermost, dict) else {}
    message: Any = body["message"] if isinstance(body.get("message"), dict) else {}
    ids = {"sns": body.get("MessageId"), "eventbridge": body.get("id"), "pubsub": message.get("messageId")}
    if "cloudevents" in envelopes and _is_cloudevent(body):
        ids["cloudevents"] = f"{body['source']}/{body['id']}"
    shapes = {"sns": "TopicArn", "eventbridge": "detail-type", "pubsub": "subscription", "cloudevents": "specversion"}
    for name in envelopes:
        if name in shapes and shapes[name] in body and isinstance(ids.get(name), str):
            return f"{name}/{ids[name]}"
    for header in ("x-amz-sns-message-id", "webhook-id", "idempotency-key"):
        if headers.get(header):
            return f"{header}/{headers[header]}"
    return ""
