"""AWS SNS: the RSA signature in the body of each message, and the confirmation of a subscription.

Rules: AWS, "Verifying the signatures of Amazon SNS messages". The topic must be on our list, and both addresses in a
message (certificate, confirmation) must lie on the SNS host of the topic's own region: they are the sender's words.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from connectors.contract.failure import NotThisFormat, Refused
from connectors.contract.source import Answer, Incoming, Keys, SourceOptions, Verifier
from connectors.signing.secrets import check_window
from connectors.text import read_json, split_url
from connectors.times import read_time

WINDOW = 3_600.0  # seconds: SNS goes on trying for that long with the first Timestamp

_TOPIC = re.compile(r"arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:[A-Za-z0-9_.-]{1,256}", re.ASCII)
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-f]{8,64}\.pem", re.ASCII)
_HASHES = {"1": hashes.SHA1, "2": hashes.SHA256}
_CONFIRMATIONS = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    **dict.fromkeys(_CONFIRMATIONS, ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")),
}


@dataclass(frozen=True, slots=True)
class AwsSns:
    kind: str = "aws-sns"

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None:
        message = _message(request.body)
        topic = message["TopicArn"]
        if topic not in options.allow:
            raise Refused("the topic is not in this source's allow list")
        host = _host(topic)
        url = split_url(message.get("SigningCertURL", ""))
        if (
            url is None
            or (url.scheme, url.netloc, url.query) != ("https", host, "")
            or not _CERTIFICATE.fullmatch(url.path)
        ):
            raise Refused(f"SigningCertURL is not a certificate on {host}")
        check_window(_timestamp(message["Timestamp"]), now, WINDOW)
        certificate = await keys.certificate(f"https://{host}{url.path}")
        _check_signature(message, _public_key(certificate, now))


def _message(body: bytes) -> dict[str, str]:
    """The SNS message, with every field that is signed there as text. Raises Refused."""
    try:
        value = read_json(body)
    except NotThisFormat:
        raise Refused("the body is not an SNS message") from None
    message = {key: held for key, held in value.items() if isinstance(held, str)} if isinstance(value, dict) else {}
    if message.get("Type") not in _SIGNED:
        raise Refused("the body is not an SNS message")
    for key in (*_SIGNED[message["Type"]], "Signature", "SignatureVersion"):
        if key not in message and key != "Subject":
            raise Refused(f"the SNS message has no {key}")
    return message


def _host(topic: str) -> str:
    """The SNS host of the topic's region. Raises Refused when the ARN is not a topic's."""
    parts = _TOPIC.fullmatch(topic)
    if not parts:
        raise Refused("TopicArn is not the ARN of a topic")
    partition, region = parts.groups()
    return f"sns.{region}.amazonaws.com" + (".cn" if partition == "aws-cn" else "")


def _timestamp(text: str) -> float:
    try:
        moment = read_time(text)
    except ValueError:
        moment = None
    if moment is None:
        raise Refused("Timestamp is not a time")
    return moment.timestamp()


def _public_key(pem: bytes, now: datetime) -> rsa.RSAPublicKey:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key = certificate.public_key()
    except ValueError:
        raise Refused("the signing certificate cannot be read") from None
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Refused("the signing certificate is not valid now")
    if not isinstance(key, rsa.RSAPublicKey):
        raise Refused("the signing certificate holds no RSA key")
    return key


def canonical(message: dict[str, str]) -> bytes:
    """The bytes SNS signs: each signed field that is there as ``name\\nvalue\\n``, in byte order of the names."""
    keys = (key for key in _SIGNED[message["Type"]] if key in message)
    return "".join(f"{key}\n{message[key]}\n" for key in keys).encode("utf-8")


def _check_signature(message: dict[str, str], key: rsa.RSAPublicKey) -> None:
    algorithm = _HASHES.get(message["SignatureVersion"])
    if algorithm is None:
        raise Refused("SignatureVersion is neither 1 nor 2")
    try:
        signature = base64.b64decode(message["Signature"], validate=True)
        key.verify(signature, canonical(message), padding.PKCS1v15(), algorithm())
    except (binascii.Error, ValueError, InvalidSignature):
        raise Refused("the signature is not that of this message") from None


def aws_sns() -> Verifier:
    """The signature of SNS; the topics allowed to send are ``options.allow``."""
    return AwsSns()


def confirm_subscription(request: Incoming, options: SourceOptions) -> Answer | None:
    """The answer to SNS's handshake; None when this is none. Call it only with a request that has been verified.

    ``confirm`` is the address to GET once. Raises Refused when it does not lie on the SNS host of the topic's region.
    """
    if b"Confirmation" not in request.body or b"SubscribeURL" not in request.body:
        return None
    try:
        message = _message(request.body)
    except Refused:
        return None  # signed some other way, and no message of SNS
    if message["Type"] not in _CONFIRMATIONS:
        return None
    if message["Type"] == "UnsubscribeConfirmation":
        return Answer(200, b'{"confirmed": false}')  # who unsubscribed us meant it
    return Answer(200, b'{"confirmed": true}', confirm=_checked_subscribe_url(message, options))


def _checked_subscribe_url(message: dict[str, str], options: SourceOptions) -> str:
    topic = message["TopicArn"]
    host = _host(topic)
    url = split_url(message["SubscribeURL"])
    if topic not in options.allow or url is None or url.scheme != "https" or url.netloc != host or url.path != "/":
        raise Refused(f"SubscribeURL does not lie on {host}, or its topic is not in this source's allow list")
    query = parse_qs(url.query)
    if query.get("Action") != ["ConfirmSubscription"] or query.get("TopicArn") != [topic]:
        raise Refused("SubscribeURL confirms something else than the subscription to this topic")
    return message["SubscribeURL"]
