"""Handshakes through the whole application: SNS wants its subscription confirmed, GitHub says ping."""

from __future__ import annotations

import gzip
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.store import tables as t
from tests.bot.web.served import TOKEN, Served, refused
from tests.connectors.certificates import CERTIFICATE_URL, CONFIRM, TOPIC, as_body, confirmation, signed
from tests.connectors.sources.payloads import one

ADDRESS = "/v1/alerts/aws-securityhub"
PLAIN = {"content-type": "text/plain; charset=UTF-8"}  # what SNS says of its JSON


async def test_a_subscription_is_confirmed_once_its_signature_is_proved(served: Served, amazon: list[str]) -> None:
    answered = await served.post(ADDRESS, as_body(confirmation()), PLAIN)
    assert (answered.status_code, answered.json()) == (200, {"confirmed": True})
    assert amazon == [CERTIFICATE_URL, CONFIRM]
    assert await served.rows(t.delivery) == []


async def test_then_messages_come_in_with_the_kept_certificate(served: Served, amazon: list[str]) -> None:
    finding = json.loads(one("aws-securityhub/controls_of_three_standards").body)
    for number in (1, 2):
        message = signed(Message=json.dumps(finding), MessageId=f"message-{number}")
        answered = await served.post(ADDRESS, as_body(message), PLAIN)
        assert answered.status_code == 202, answered.text
        said = answered.json()
        assert said["findings"] > 0
        assert (said["new"] > 0) == (number == 1)
    assert amazon == [CERTIFICATE_URL]
    again = await served.post(ADDRESS, as_body(message), PLAIN)
    assert again.json()["delivery"] == said["delivery"]


async def test_a_forged_confirmation_asks_nobody(served: Served, amazon: list[str]) -> None:
    stranger = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    forged = confirmation() | {"Signature": signed(stranger)["Signature"]}
    refused(await served.post(ADDRESS, as_body(forged), PLAIN), 401)
    refused(await served.post(ADDRESS, as_body(confirmation(TopicArn=TOPIC + "x")), PLAIN), 401)
    assert CONFIRM not in amazon


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/latest", "http://127.0.0.1/", "https://sns.eu-central-1.amazonaws.com/other"]
)
async def test_a_signed_confirmation_of_another_address_is_not_followed(
    served: Served, amazon: list[str], url: str
) -> None:
    said = refused(await served.post(ADDRESS, as_body(confirmation(SubscribeURL=url)), PLAIN), 401)
    assert "SubscribeURL" in said["error"]
    assert amazon == [CERTIFICATE_URL]


async def test_github_pings_and_only_github(served: Served) -> None:
    body = b'{"zen": "Design for failure.", "hook_id": 1}'
    answered = await served.hook(body, "ping")
    assert (answered.status_code, answered.json()) == (200, {"pong": True})
    refused(await served.post("/v1/alerts/github", body, {"x-github-event": "ping"}), 401)
    assert await served.rows(t.delivery) == []


async def test_githubs_alerts_and_what_else_it_sends(served: Served) -> None:
    alert = one("github/dependabot_alert.created").body
    first, again = [(await served.hook(alert, "dependabot_alert", "d-1")).json() for _ in range(2)]
    assert first["new"] == 1
    assert again == first | {"new": 0, "repeated": 1}
    for number, kind in enumerate(("push", "star")):
        said = (await served.hook(b"{}", kind, f"other-{number}")).json()
        assert (said["findings"], said["quarantined"]) == (0, 0)
    said = (await served.hook(b"{}", "tomorrows_event", "d-9")).json()
    assert (said["findings"], said["quarantined"]) == (0, 1)


async def test_okta_asks_by_get_once_and_then_wants_two_hundred_and_no_body(served: Served) -> None:
    asked = await served.http.get(served.url + "/v1/alerts/okta", headers={"x-okta-verification-challenge": "abc-1"})
    assert (asked.status_code, asked.json()) == (200, {"verification": "abc-1"})
    told = one("okta/threats").body
    refused(await served.post("/v1/alerts/okta", told, {"authorization": "another"}), 401)
    answered = await served.post("/v1/alerts/okta", told, {"authorization": TOKEN})
    assert (answered.status_code, answered.content) == (200, b"")
    assert len(await served.rows(t.delivery)) == 1
    assert len(await served.rows(t.finding)) == 5


async def test_get_is_for_challenges_and_no_other_source_here_has_one(served: Served) -> None:
    for address in ("/v1/alerts/github", "/v1/alerts/generic/a-token"):
        for method in ("GET", "OPTIONS"):
            answered = await served.http.request(method, served.url + address)
            assert (answered.status_code, answered.headers["allow"]) == (405, "POST")
            assert "by POST" in answered.json()["error"]
    assert (await served.http.get(served.url + "/v1/alerts/nothing")).status_code == 404


async def test_a_packed_report_and_a_packed_alert_are_read(served: Served) -> None:
    body = gzip.compress(one("github/dependabot_alert.created").body, mtime=0)
    said = (await served.hook(body, "dependabot_alert", "d-packed")).json()
    assert (said["findings"], said["quarantined"]) == (1, 0)
