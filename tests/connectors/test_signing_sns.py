"""SNS: only Amazon's signature, over our topics, now, with a certificate from the topic's own host."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.failure import Refused, Retriable
from connectors.contract.source import Incoming, SourceOptions
from connectors.signing import aws_sns, verify
from connectors.signing.sns import confirm_subscription
from tests.connectors.certificates import CONFIRM, HOST, NOW, TOPIC, as_body, confirmation, pem, served, signed
from tests.connectors.sources.payloads import SOURCES

OPTIONS = SourceOptions(allow=(TOPIC,))
STRANGER = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
ELSEWHERE = [
    "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem",
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
    "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
    "https://sns.eu-central-1.amazonaws.com:444/SimpleNotificationService-0123456789abcdef.pem",
    "https://a@sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
    "https://sns.eu-central-1.amazonaws.com/other.pem",
    "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem?x=1",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1",
    "file:///etc/passwd",
    "",
]


def amazon(asked: list[str] | None = None, answer: bytes | None = None) -> Any:
    def give(request: httpx2.Request) -> httpx2.Response:
        if asked is not None:
            asked.append(str(request.url))
        return httpx2.Response(200, content=answer or pem())

    return served(give)


def post(body: bytes, headers: Mapping[str, str] | None = None) -> Incoming:
    return Incoming("POST", headers or {"content-type": "text/plain; charset=UTF-8"}, {}, body)


async def check(
    message: dict[str, Any] | bytes, options: SourceOptions = OPTIONS, keys: Any = None, now: Any = NOW
) -> None:
    body = message if isinstance(message, bytes) else as_body(message)
    await aws_sns()(post(body), options, now, keys or amazon())


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [None, "Findings of today"])
async def test_amazons_signature_is_accepted(version: str, subject: str | None) -> None:
    await check(signed(SignatureVersion=version, Subject=subject))
    await check(confirmation(SignatureVersion=version))


@pytest.mark.parametrize("field", ["Message", "MessageId", "Timestamp", "TopicArn", "Type", "Subject", "Signature"])
async def test_any_changed_field_is_refused(field: str) -> None:
    message = signed(Subject="Findings")
    changes = {
        "Timestamp": "2026-03-02T12:00:01.000Z",
        "Signature": signed(STRANGER)["Signature"],
        "TopicArn": TOPIC + "2",
    }
    with pytest.raises(Refused):
        await check(
            {**message, field: changes.get(field, message[field] + "x")}, SourceOptions(allow=(TOPIC, TOPIC + "2"))
        )


@pytest.mark.parametrize(
    "field", ["Message", "MessageId", "Timestamp", "TopicArn", "Type", "Signature", "SignatureVersion"]
)
@pytest.mark.parametrize("value", [None, 7, "", [], {"a": 1}, "\u00e9\n"])
async def test_a_missing_or_strange_field_is_refused(field: str, value: Any) -> None:
    with pytest.raises(Refused):
        await check({**signed(), field: value})


async def test_a_stranger_a_topic_not_allowed_and_no_list_are_refused() -> None:
    for message, options in (
        (signed(STRANGER), OPTIONS),
        (signed(), SourceOptions(allow=(TOPIC + "x",))),
        (signed(), SourceOptions()),
    ):
        with pytest.raises(Refused):
            await check(message, options)


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_a_certificate_from_elsewhere_is_never_fetched(url: str) -> None:
    asked: list[str] = []
    with pytest.raises(Refused):
        await check(signed(SigningCertURL=url), keys=amazon(asked))
    assert asked == []


@pytest.mark.parametrize(("minutes", "accepted"), [(0, True), (59, True), (-59, True), (61, False), (-61, False)])
async def test_a_message_counts_for_an_hour(minutes: int, accepted: bool) -> None:
    now = NOW + timedelta(minutes=minutes)
    if accepted:
        await check(signed(), now=now)
    else:
        with pytest.raises(Refused, match="signed time"):
            await check(signed(), now=now)


async def test_a_certificate_that_ran_out_or_holds_another_kind_of_key_is_refused() -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1())
    for answer in (pem(until=NOW - timedelta(days=1)), pem(elliptic), b"no certificate"):
        with pytest.raises(Refused):
            await check(signed(), keys=amazon(answer=answer))


async def test_a_topic_in_china_has_its_own_host() -> None:
    topic = "arn:aws-cn:sns:cn-north-1:111122223333:x"
    url = "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0123456789abcdef.pem"
    await check(signed(TopicArn=topic, SigningCertURL=url), SourceOptions(allow=(topic,)))


@given(st.binary(max_size=80))
async def test_hostile_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        await check(body)


async def test_when_the_certificate_cannot_be_fetched_the_sender_is_asked_to_come_again() -> None:
    keys = served(lambda request: httpx2.Response(503))
    source = SOURCES["aws-securityhub"]
    with pytest.raises(Retriable):
        await verify(source, post(as_body(signed())), OPTIONS, NOW, keys)


@pytest.mark.parametrize("name", ["aws-securityhub", "aws-guardduty"])
async def test_a_subscription_is_confirmed_after_its_signature_was(name: str) -> None:
    source, request = SOURCES[name], post(as_body(confirmation()))
    assert await verify(source, request, OPTIONS, NOW, amazon()) == "aws-sns"
    assert source.handshake is not None
    answer = source.handshake(request, OPTIONS)
    assert answer is not None
    assert (answer.status, answer.confirm) == (200, CONFIRM)
    assert source.handshake(post(as_body(signed())), OPTIONS) is None
    parting = source.handshake(post(as_body(confirmation(Type="UnsubscribeConfirmation"))), OPTIONS)
    assert parting is not None
    assert (parting.status, parting.confirm) == (200, "")


@pytest.mark.parametrize(
    "url",
    [
        *ELSEWHERE,
        f"https://{HOST}/?Action=DeleteTopic&TopicArn={TOPIC}",
        f"https://{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}other",
        f"https://{HOST}/other?Action=ConfirmSubscription&TopicArn={TOPIC}",
    ],
)
def test_no_other_address_is_ever_confirmed(url: str) -> None:
    with pytest.raises(Refused):
        confirm_subscription(post(as_body(confirmation(SubscribeURL=url))), OPTIONS)
