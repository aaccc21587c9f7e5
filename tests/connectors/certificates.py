"""Our own Amazon: a key, its certificate, a server that gives it out, and SNS messages signed with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from connectors.keys import HttpKeys

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
TOPIC = "arn:aws:sns:eu-central-1:111122223333:security-findings"
HOST = "sns.eu-central-1.amazonaws.com"
CERTIFICATE_URL = f"https://{HOST}/SimpleNotificationService-0123456789abcdef.pem"
CONFIRM = f"https://{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"


def pem(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY, *, until: datetime = NOW + timedelta(days=30)
) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.example.com")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(until - timedelta(days=60)).not_valid_after(until)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def served(
    answer: Callable[[httpx2.Request], httpx2.Response], clock: Callable[[], datetime] = lambda: NOW
) -> HttpKeys:
    """Keys over a server of our own."""
    return HttpKeys(httpx2.AsyncClient(transport=httpx2.MockTransport(answer)), clock, frozenset({"keys.example.com"}))


def signed(key: rsa.RSAPrivateKey = KEY, **changes: Any) -> dict[str, Any]:
    """An SNS message, signed after AWS's text: named fields in byte order, each with a line feed after it."""
    message: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "TopicArn": TOPIC,
        "Message": '{"findings": []}',
        "Timestamp": "2026-03-02T12:00:00.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
    } | changes
    message = {name: value for name, value in message.items() if value is not None}
    fields = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    if message["Type"] != "Notification":
        fields = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{message[name]}\n" for name in fields if name in message)
    algorithm = hashes.SHA1() if message["SignatureVersion"] == "1" else hashes.SHA256()
    signature = key.sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {"Signature": base64.b64encode(signature).decode(), **message}


def confirmation(**changes: Any) -> dict[str, Any]:
    start = {"Type": "SubscriptionConfirmation", "Message": "You have chosen to subscribe", "Token": "2336412f37"}
    return signed(**{**start, "SubscribeURL": CONFIRM, **changes})


def as_body(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()
