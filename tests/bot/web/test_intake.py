"""Alerts over HTTP: who is let in, what is answered, and that a refusal leaves nothing behind."""

from __future__ import annotations

import asyncio
import json

from bot.store import tables as t
from tests.bot.web.served import OLD_SECRET, SECRET, STRANGERS_SECRET, Served, finding, refused

BODY = json.dumps(finding()).encode()
ALERTS = "/v1/alerts/generic"


async def nothing_stored(served: Served) -> None:
    for table in (t.delivery, t.quarantine, t.finding, t.cases):
        assert await served.rows(table) == []


async def test_an_unknown_source_and_one_without_a_secret_are_not_there(served: Served) -> None:
    for name in ("nobody", "aws-guardduty", "GENERIC", "generic%00", "%F0%28"):
        for headers in ({}, served.signed(BODY)):
            said = refused(await served.post(f"/v1/alerts/{name}", BODY, headers), 404)
            assert said["error"] == "no such source"
            assert "suture check" in said["do"]
    await nothing_stored(served)


async def test_without_a_signature_it_says_what_is_missing(served: Served) -> None:
    said = refused(await served.post(ALERTS, BODY, {}), 401)
    assert "webhook-signature is missing" in said["error"]
    assert said["do"] == "check the secret and the sender's clock"
    await nothing_stored(served)


WRONG = [
    ({"webhook-signature": "v1,AAAA"}, "is that of this body"),
    ({"webhook-signature": "v1,"}, "is that of this body"),
    ({"webhook-signature": "v1,\u00e9"}, "is that of this body"),
    ({"webhook-id": "msg_2"}, "is that of this body"),
    ({"webhook-timestamp": "soon"}, "not a number of seconds"),
    ({"webhook-timestamp": "\u00b2"}, "not a number of seconds"),
    ({"webhook-timestamp": "9" * 40}, "not a number of seconds"),
    ({"webhook-timestamp": "0"}, "too old"),
    ({"webhook-timestamp": "999999999999"}, "too far in the future"),
]


async def test_a_wrong_signature_is_refused(served: Served) -> None:
    for changes, words in WRONG:
        said = refused(await served.post(ALERTS, BODY, served.signed(BODY) | changes), 401)
        assert words in said["error"], changes
    await nothing_stored(served)


async def test_a_strangers_secret_and_another_body_are_refused(served: Served) -> None:
    refused(await served.alert(finding(), secret=STRANGERS_SECRET), 401)
    refused(await served.post(ALERTS, BODY + b" ", served.signed(BODY)), 401)
    refused(await served.post(ALERTS, BODY, {"authorization": f"Bearer {STRANGERS_SECRET}"}), 401)
    await nothing_stored(served)


async def test_a_signature_counts_for_five_minutes_either_way(served: Served) -> None:
    headers = served.signed(BODY)
    served.clock.advance(seconds=299)
    assert (await served.post(ALERTS, BODY, headers)).status_code == 202
    served.clock.advance(seconds=2)
    assert "too old" in refused(await served.post(ALERTS, BODY, headers), 401)["error"]
    served.clock.advance(minutes=-12)
    assert "in the future" in refused(await served.post(ALERTS, BODY, headers), 401)["error"]
    assert len(await served.rows(t.delivery)) == 1


async def test_a_replayed_request_changes_nothing(served: Served) -> None:
    headers = served.signed(BODY)
    first = (await served.post(ALERTS, BODY, headers)).json()
    before = await served.rows(t.finding), await served.rows(t.cases), await served.rows(t.message)
    served.clock.advance(minutes=4)
    again = await served.post(ALERTS, BODY, headers)
    assert again.status_code == 202
    assert again.json() == first | {"new": 0, "repeated": 1}
    assert (await served.rows(t.finding), await served.rows(t.cases), await served.rows(t.message)) == before
    assert len(await served.rows(t.delivery)) == 1


async def test_both_secrets_of_a_rotation_count_and_also_as_bearer(served: Served) -> None:
    assert (await served.alert(finding(), "a")).status_code == 202
    assert (await served.alert(finding(), "b", OLD_SECRET)).status_code == 202
    for secret in (SECRET, OLD_SECRET):
        assert (await served.post(ALERTS, BODY, {"authorization": f"Bearer {secret}"})).status_code == 202


async def test_one_right_signature_among_several_suffices(served: Served) -> None:
    headers = served.signed(BODY)
    headers["webhook-signature"] = f"v1,AAAA v2,BBBB {headers['webhook-signature']}"
    assert (await served.post(ALERTS, BODY, headers)).status_code == 202


async def test_the_answer_says_what_happened(served: Served) -> None:
    told = [finding(), finding(host="pay-2"), {"title": "without a resource", "severity": "high", "rule": "r"}]
    said = (await served.alert({"findings": told})).json()
    assert {key: said[key] for key in ("findings", "new", "repeated", "quarantined")} == {
        "findings": 2,
        "new": 2,
        "repeated": 0,
        "quarantined": 1,
    }
    (stored,) = await served.rows(t.delivery)
    assert (stored.id, stored.source, stored.findings, stored.new) == (said["delivery"], "generic", 2, 2)

    later = (await served.alert({"findings": [*told, finding(host="pay-3")]}, "msg_2")).json()
    assert (later["findings"], later["new"], later["repeated"], later["quarantined"]) == (3, 1, 2, 1)
    assert later["delivery"] != said["delivery"]


async def test_the_same_delivery_sent_at_once_is_one(served: Served) -> None:
    headers = served.signed(BODY)
    answers = await asyncio.gather(*(served.post(ALERTS, BODY, headers) for _ in range(8)))
    said = [answered.json() for answered in answers]
    assert {each["delivery"] for each in said} == {(await served.rows(t.delivery))[0].id}
    assert sum(each["new"] for each in said) == 1
    assert sum(each["repeated"] for each in said) == 7
