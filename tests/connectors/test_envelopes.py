"""Envelopes are opened as often as they are nested, and a delivery is named by its transport."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Finding, Quarantined, Record
from connectors.contract.source import Opened, Source, SourceOptions
from connectors.envelopes import ENVELOPES
from connectors.reading import Reading, read
from connectors.text import clean
from tests.connectors.sources.payloads import one

EVERY_ENVELOPE = ("sns", "eventbridge", "pubsub", "cloudevents", "ndjson", "form")
PLAIN = SourceOptions()


def _echo(opened: Opened, options: SourceOptions) -> list[Record]:
    """Says what reached it, and where."""
    if opened.body == "unknown":
        raise UnknownShape("said so")
    return [Quarantined(opened.pointer, "seen", json.dumps([opened.body, dict(opened.headers)]))]


SOURCE = Source(id="echo", title="", verifiers=(), parse=_echo, envelopes=EVERY_ENVELOPE, headers=("x-kept",))


def told(body: Any, headers: dict[str, str] | None = None) -> list[tuple[str, Any]]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    records = read(SOURCE, raw, headers or {}, PLAIN).records
    assert all(isinstance(record, Quarantined) for record in records)
    return [
        (record.pointer, json.loads(record.record)[0] if record.reason == "seen" else record.reason)
        for record in records
        if isinstance(record, Quarantined)
    ]


INNER = {"x": 1}
TEXT = json.dumps(INNER)
CODED = base64.b64encode(TEXT.encode()).decode()
BRIDGE = {"version": "0", "id": "e-1", "detail-type": "T", "source": "aws.x", "detail": INNER}


def sns(message: Any, kind: str = "Notification") -> dict[str, Any]:
    return {"Type": kind, "MessageId": "m-1", "TopicArn": "arn:aws:sns:x", "Message": message}


def cloudevent(**data: Any) -> dict[str, Any]:
    return {"specversion": "1.0", "id": "c-1", "source": "/s", "type": "t", **data}


@pytest.mark.parametrize(
    ("body", "inside"),
    [
        (INNER, [("", INNER)]),
        (sns(TEXT), [("/Message", INNER)]),
        (sns(json.dumps(BRIDGE)), [("/Message/detail", INNER)]),
        (sns("x", "SubscriptionConfirmation"), []),
        (BRIDGE, [("/detail", INNER)]),
        ({"message": {"data": CODED, "messageId": "p-1"}, "subscription": "s"}, [("/message/data", INNER)]),
        (cloudevent(data=INNER), [("/data", INNER)]),
        (cloudevent(data=TEXT), [("/data", INNER)]),
        (cloudevent(data_base64=CODED), [("/data_base64", INNER)]),
        ([cloudevent(data=1), cloudevent(data=2)], [("/0/data", 1), ("/1/data", 2)]),
        (b'{"x": 1}\n{"x": 1}\n', [("/0", INNER), ("/1", INNER)]),
        (b'{"x": 1}{"x":\n 1}  7', [("/0", INNER), ("/1", INNER), ("/2", 7)]),
        (urlencode({"payload": TEXT}).encode(), [("", INNER)]),
    ],
)
def test_what_lies_inside(body: Any, inside: list[tuple[str, Any]]) -> None:
    assert told(body) == inside


@pytest.mark.parametrize(
    "body",
    [
        sns("plain text"),
        sns(7),
        sns('{"a": NaN}'),
        {"message": {"data": "!!"}, "subscription": "s"},
        {"message": {"data": None}, "subscription": "s"},
        {"message": {"data": base64.b64encode(b"\xff").decode()}, "subscription": "s"},
        cloudevent(data_base64=7),
        cloudevent(data="not json"),
    ],
)
def test_an_inner_body_that_cannot_be_read_is_set_aside_at_its_place(body: dict[str, Any]) -> None:
    ((pointer, reason),) = told(body)
    assert pointer.startswith("/")
    assert reason != "seen"


def test_a_broken_line_keeps_none_of_its_siblings() -> None:
    found = told(b'{"x": 1}\n{"broken\n{"a":1,"a":2}\n{"x": 1}\n')
    assert [pointer for pointer, _ in found] == ["/0", "/1", "/2", "/3"]
    assert (found[0][1], found[3][1]) == (INNER, INNER)
    assert "not JSON" in found[1][1]
    assert "'a'" in found[2][1]


def test_many_broken_lines_cost_no_more_than_their_length() -> None:
    found = told(b'{"x": 1}\n' + b"[1,\n" * 50_000)
    assert len(found) < 200
    assert found[0] == ("/0", INNER)


@pytest.mark.parametrize("body", [b"payload=%7B", b"payload", b"payload=&x=1", b"\xff\xfe", b"broken\nbroken", b""])
def test_a_body_of_which_nothing_can_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(NotThisFormat):
        read(SOURCE, body, {}, PLAIN)


def test_an_unknown_shape_is_set_aside_with_what_it_was() -> None:
    ((pointer, reason),) = told(sns('"unknown"'))
    assert pointer == "/Message"
    assert "said so" in reason


def test_only_the_sources_own_headers_reach_parse() -> None:
    (record,) = read(SOURCE, b"1", {"x-kept": "yes", "authorization": "no"}, PLAIN).records
    assert isinstance(record, Quarantined)
    assert json.loads(record.record) == [1, {"x-kept": "yes"}]


@pytest.mark.parametrize(
    ("body", "headers", "key"),
    [
        (sns(TEXT), {"x-amz-sns-message-id": "unsigned"}, "id:sns/m-1"),
        (BRIDGE, {}, "id:eventbridge/e-1"),
        ({"message": {"data": CODED, "messageId": "p-1"}, "subscription": "s"}, {}, "id:pubsub/p-1"),
        (cloudevent(data=1), {}, "id:cloudevents//s/c-1"),
        (INNER, {"x-amz-sns-message-id": "m-2"}, "id:x-amz-sns-message-id/m-2"),
        (INNER, {"webhook-id": "w-1"}, "id:webhook-id/w-1"),
        (INNER, {"webhook-id": "x" * 300}, "sha256:" + hashlib.sha256(TEXT.encode()).hexdigest()),
        (INNER, {}, "sha256:" + hashlib.sha256(TEXT.encode()).hexdigest()),
        ({"MessageId": "m", "id": "not a transport's"}, {}, None),
    ],
)
def test_a_delivery_is_named_by_its_transport_or_its_body(body: Any, headers: dict[str, str], key: str | None) -> None:
    raw = json.dumps(body).encode()
    reading = read(SOURCE, raw, headers, PLAIN)
    assert reading.delivery_key == (key or "sha256:" + hashlib.sha256(raw).hexdigest())
    assert reading.has_transport_id is reading.delivery_key.startswith("id:")


def test_githubs_delivery_has_githubs_id_and_alertmanagers_repeats_have_none() -> None:
    github, alerts = one("github/dependabot_alert.created"), one("alertmanager/firing_and_resolved")
    assert _reading(github).delivery_key == "id:d-dependabot_alert.created"
    assert not _reading(alerts).has_transport_id


def _reading(payload: Any) -> Reading:
    return read(payload.source, payload.body, payload.headers, PLAIN)


def test_an_sns_notification_says_what_its_message_says() -> None:
    wrapped, plain = one("aws-securityhub/through_sns"), one("aws-securityhub/controls_of_three_standards")
    (finding,) = wrapped.findings()
    assert isinstance(finding, Finding)
    assert finding.pointer == "/Message/detail/findings/0"
    assert clean(finding.title) == plain.findings()[0].title


@pytest.mark.parametrize(
    ("body", "place", "verb"),
    [
        ({"verb": "delete", "operatorObject": INNER}, "/operatorObject", "delete"),
        ({"kind": "AdmissionReview", "request": {"operation": "CREATE", "object": INNER}}, "/request/object", "create"),
        (
            {"kind": "AdmissionReview", "request": {"operation": "DELETE", "object": None, "oldObject": INNER}},
            "/request/oldObject",
            "delete",
        ),
    ],
    ids=["operator", "admission", "deletion"],
)
def test_kubernetes_objects_come_with_what_happened_to_them(body: Any, place: str, verb: str) -> None:
    (inner,) = ENVELOPES["k8s"](Opened(body, {"x-kept": "yes"})) or []
    assert isinstance(inner, Opened)
    assert (inner.body, inner.pointer, inner.headers) == (INNER, place, {"x-kept": "yes", "k8s-verb": verb})
    assert ENVELOPES["k8s"](Opened({"kind": "Pod", "request": 7})) is None
