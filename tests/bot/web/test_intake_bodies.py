"""Bodies over HTTP: too large, compressed, no JSON, an unknown shape, hostile words: each answered, none a 500."""

from __future__ import annotations

import asyncio
import json
import zlib
from urllib.parse import urlsplit

from bot.store import tables as t
from tests.bot.web.served import LIMIT, SECRET, TOKEN, Served, finding, refused

BODY = json.dumps(finding()).encode()
ALERTS = "/v1/alerts/generic"
BEARER = {"authorization": f"Bearer {SECRET}"}

NO_JSON = [
    (b"", "not JSON"),
    (b"not json", "not JSON"),
    (b'{"title": ', "not JSON"),
    (b'{"a": 1, "a": 2}', "repeats the key"),
    (b'{"a": NaN}', "NaN"),
    (b'{"a": "\\ud800"}', "surrogate"),
    (b'{"title": "\xff\xfe"}', "not UTF-8"),
    (b"[" * 30_000, "nests deeper"),
    (b"[" * 100 + b"]" * 100, "nests deeper"),
    (b"1" * 5_000, "not JSON"),
]
UNKNOWN = [b'{"hello": "world"}', b"7", b"null", b'"text"', b'{"findings": {}}', b'{"a": 1' + b"0" * 300 + b"}"]
HOSTILE = ["\x00", "a\x00b\u202e\x1b[31m", "'; drop table finding; --", "<script>alert(1)</script>", "\U0001f600" * 200]


async def test_what_is_no_json_is_400_and_not_stored(served: Served) -> None:
    for body, words in NO_JSON:
        said = refused(await served.post(ALERTS, body, BEARER), 400)
        assert words in said["error"]
        assert said["do"] == "send what Any tool that can post JSON sends"
    assert await served.rows(t.delivery) == []


async def test_a_shape_that_nobody_knows_is_stored_and_quarantined(served: Served) -> None:
    for body in UNKNOWN:
        answered = await served.post(ALERTS, body, BEARER)
        assert answered.status_code == 202, answered.text
        said = answered.json()
        assert (said["findings"], said["quarantined"]) == (0, 1)
        kept = [row for row in await served.rows(t.quarantine) if row.delivery == said["delivery"]]
        assert len(kept) == 1
        assert "nobody knows this shape" in kept[0].reason
    assert len(await served.rows(t.delivery)) == len(UNKNOWN)


async def test_a_report_that_quotes_secrets_is_taken_as_a_file_only(served: Served) -> None:
    body, token = (
        b'[{"RuleID": "key", "File": "a", "Secret": "not-a-real-secret"}]',
        {"authorization": f"Bearer {TOKEN}"},
    )
    said = refused(await served.post("/v1/alerts/gitleaks", body, token), 400)
    assert "/v1/scans/gitleaks" in said["do"]
    assert await served.rows(t.delivery) == []
    assert (await served.post("/v1/scans/gitleaks", body, token)).status_code == 202


async def test_a_report_in_which_a_secret_was_found_is_taken_as_a_file_only(served: Served) -> None:
    """Whichever scanner wrote it: what is posted like an alert is kept as it came, with what its tool quotes."""
    leak = {
        "RuleID": "aws",
        "Severity": "CRITICAL",
        "Title": "AWS key",
        "StartLine": 1,
        "Match": "key=not-a-real-secret",
    }
    results = [{"Target": "a.env", "Class": "secret", "Secrets": [leak]}]
    body = {"SchemaVersion": 2, "ArtifactName": "shop", "ArtifactType": "repository", "Results": results}
    bearer = {"authorization": f"Bearer {TOKEN}"}
    said = refused(await served.post("/v1/alerts/trivy", json.dumps(body).encode(), bearer), 400)
    assert "/v1/scans/trivy" in said["do"]
    assert await served.rows(t.delivery) == []
    clean = json.dumps({**body, "Results": []}).encode()
    assert (await served.post("/v1/alerts/trivy", clean, bearer)).status_code == 202


async def test_hostile_words_in_any_field_are_taken(served: Served) -> None:
    keys = ("title", "rule", "severity", "summary", "problem", "kind", "url", "nobody")
    for text in HOSTILE:
        told = [finding(**{key: text}) for key in keys]
        told.append(finding(resource=dict.fromkeys(("id", "type", "name", "account", "region"), text)))
        answered = await served.post(ALERTS, json.dumps({"findings": told}).encode(), BEARER)
        assert answered.status_code == 202, answered.text
        said = answered.json()
        assert said["findings"] + said["quarantined"] == len(told)


async def test_hostile_numbers_in_any_field_are_taken(served: Served) -> None:
    for number in (10**30, -(10**30), 1e300, 0.1, True, 2**63):
        told = [finding(**{key: number}) for key in ("title", "severity", "port", "cvss", "first_seen", "epss")]
        answered = await served.post(ALERTS, json.dumps({"findings": told}).encode(), BEARER)
        assert answered.status_code == 202, answered.text


async def test_a_value_that_the_database_cannot_hold_does_not_lose_the_delivery(served: Served) -> None:
    body = json.dumps({"findings": [finding(), finding(rule="r" * 400)]}).encode()
    answered = await served.post(ALERTS, body, BEARER)
    assert answered.status_code == 202, answered.text
    (stored,) = await served.rows(t.delivery)
    assert zlib.decompress(stored.body) == body
    assert len(await served.rows(t.finding)) == stored.findings
    assert stored.findings or [row.pointer for row in await served.rows(t.quarantine)] == [""]
    assert (await served.alert(finding())).status_code == 202


async def test_a_strange_delivery_id_is_taken(served: Served) -> None:
    body = b'{"action": "created"}'
    for identity in ("a b", "\u00e9", "x" * 197, "x" * 5000):
        assert (await served.hook(body, "push", identity)).status_code == 202, identity


async def test_a_compressed_body_is_refused_unread(served: Served) -> None:
    for coding in ("gzip", "deflate", "br", "zstd", "gzip, gzip", "x-unknown", "\u00e9"):
        said = refused(await served.post(ALERTS, BODY, BEARER | {"content-encoding": coding}), 415)
        assert said["do"] == "send the body uncompressed"
        report = {"authorization": f"Bearer {TOKEN}", "content-encoding": coding}
        refused(await served.post("/v1/scans/trivy", BODY, report), 415)
    assert (await served.post(ALERTS, BODY, BEARER | {"content-encoding": "identity"})).status_code == 202


async def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not(served: Served) -> None:
    fits = BODY + b" " * (LIMIT - len(BODY))
    assert (await served.post(ALERTS, fits, BEARER)).status_code == 202
    said = refused(await served.post(ALERTS, fits + b" ", BEARER), 413)
    assert str(LIMIT) in said["error"]
    assert len(await served.rows(t.delivery)) == 1


async def test_a_declared_length_over_the_limit_is_refused_before_a_byte_of_it(served: Served) -> None:
    head = f"POST {ALERTS} HTTP/1.1\r\nHost: x\r\nContent-Length: {10**12}\r\n\r\n"
    reader, writer = await _connected(served)
    writer.write(head.encode())
    assert b" 413 " in await asyncio.wait_for(reader.readline(), 10)
    writer.close()


async def test_an_endless_chunked_body_is_refused_while_it_is_read(served: Served) -> None:
    reader, writer = await _connected(served)
    writer.write(f"POST {ALERTS} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    piece = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    answer = asyncio.create_task(reader.readline())
    sent = 0
    while not answer.done() and sent < 200 * LIMIT:
        try:
            writer.write(piece)
            await asyncio.wait_for(writer.drain(), 10)
        except ConnectionError:
            break
        sent += 0x4000
        await asyncio.sleep(0)
    assert b" 413 " in await asyncio.wait_for(answer, 10)
    assert sent < 200 * LIMIT, "it went on reading"
    assert await served.rows(t.delivery) == []
    writer.close()


async def test_a_sender_who_goes_away_in_the_middle_leaves_nothing(served: Served) -> None:
    _, writer = await _connected(served)
    writer.write(f"POST {ALERTS} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await served.post(ALERTS, BODY, BEARER)).status_code == 202
    assert len(await served.rows(t.delivery)) == 1


async def _connected(served: Served) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", urlsplit(served.url).port)
