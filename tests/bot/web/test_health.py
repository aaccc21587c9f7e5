"""Alive, ready, counted: what a load balancer and Prometheus ask, also while the database is gone."""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from bot.store import tables as t
from bot.store.leases import renew
from tests.bot.web.served import SECRET, TOKEN, Served, finding, refused, serving, waiting, write_config
from tests.databases import Databases
from tests.fakes.database_line import DatabaseLine
from tests.stories.world import eventually

PRESS = urlencode(
    {
        "payload": json.dumps(
            {
                "type": "block_actions",
                "team": {"id": "T0SUTURE1"},
                "user": {"id": "U0ANA", "team_id": "T0SUTURE1"},
                "container": {"message_ts": "1.2", "channel_id": "C0PAY"},
                "actions": [{"action_id": "press:some-offer", "action_ts": "1.3"}],
            }
        )
    }
).encode()

BEARER = {"authorization": f"Bearer {SECRET}"}


@pytest.fixture
async def line(databases: Databases) -> AsyncIterator[DatabaseLine]:
    url = databases.fresh("postgresql")
    async with DatabaseLine(url) as made:
        yield made
    databases.discard(url)


@pytest.fixture
async def far(line: DatabaseLine, tmp_path: Path) -> AsyncIterator[Served]:
    """The application with its database behind a line that can be cut."""
    async with serving(write_config(tmp_path), line.url, [], worker=False) as made:
        yield made
        await line.mend()


async def working(served: Served) -> None:
    """A worker elsewhere says that it lives."""
    async with served.wiring.store.write() as connection:
        await renew(connection, "worker-1", served.clock() + timedelta(seconds=20))


async def get(served: Served, address: str) -> httpx2.Response:
    return await served.http.get(served.url + address)


async def counted(served: Served) -> dict[tuple[str, ...], float]:
    """Each sample of /metrics, by its name and the values of its labels."""
    answered = await get(served, "/metrics")
    assert answered.status_code == 200
    assert answered.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answered.text)
        for sample in family.samples
    }


async def test_a_healthy_one_is_alive_and_ready(served: Served) -> None:
    await working(served)
    assert (await get(served, "/healthz")).json() == {"alive": True}
    answered = await get(served, "/readyz")
    assert (answered.status_code, answered.json()) == (200, {"ready": True, "needs a person": []})


async def test_that_no_worker_lives_is_said(served: Served) -> None:
    await working(served)
    assert (await get(served, "/readyz")).json()["needs a person"] == []
    served.clock.advance(minutes=1)
    (trouble,) = (await get(served, "/readyz")).json()["needs a person"]
    assert trouble["problem"].startswith("no worker lives")


async def test_metrics_are_told_while_the_database_is_gone_and_what_is_not_known_is_not_said(
    far: Served, line: DatabaseLine
) -> None:
    assert (await counted(far))[("suture_waiting_messages",)] == 0
    await line.cut()
    told = await counted(far)
    assert math.isnan(told[("suture_waiting_messages",)])
    assert not any(name[0] == "suture_open_cases" for name in told)


async def test_before_the_tables_are_made_it_says_who_makes_them(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh("sqlite", empty=True)
    async with serving(write_config(tmp_path), url, [], worker=False) as made:
        answered = await get(made, "/readyz")
    databases.discard(url)

    assert answered.status_code == 503
    assert "run `suture db upgrade`, or start a worker" in answered.json()["problem"]


async def test_what_needs_a_person_is_named_and_does_not_make_it_unready(served: Served) -> None:
    await working(served)
    assert (await served.alert(finding())).status_code == 202
    async with served.wiring.store.write() as connection:
        await connection.execute(sa.update(t.message).values(problem="the channel is archived"))
    answered = await get(served, "/readyz")
    assert answered.status_code == 200
    (trouble,) = answered.json()["needs a person"]
    assert trouble["problem"] == "the channel is archived"


async def test_while_the_database_is_gone_it_lives_and_is_not_ready(far: Served, line: DatabaseLine) -> None:
    assert (await get(far, "/readyz")).status_code == 200
    await line.cut()
    assert (await get(far, "/healthz")).status_code == 200
    for _ in range(3):
        answered = await get(far, "/readyz")
        assert answered.status_code == 503, answered.text
        assert answered.json()["ready"] is False
        assert "the database does not answer" in answered.json()["problem"]
    await line.mend()

    async def ready() -> bool:
        return (await get(far, "/readyz")).status_code == 200

    await eventually(ready, "ready again")


async def test_a_database_that_hangs_makes_it_unready_within_seconds(far: Served, line: DatabaseLine) -> None:
    assert (await get(far, "/readyz")).status_code == 200
    line.hang()
    answered = await get(far, "/readyz")
    assert (answered.status_code, answered.json()["ready"]) == (503, False)
    assert (await get(far, "/healthz")).status_code == 200


async def test_while_the_database_is_gone_every_sender_is_asked_to_come_again(
    far: Served, line: DatabaseLine, tmp_path: Path
) -> None:
    body = json.dumps(finding()).encode()
    deploy = b'{"id": "1", "name": "shop 4.2"}'
    assert (await far.post("/v1/alerts/generic", body, BEARER)).status_code == 202
    await line.cut()
    report = {"authorization": f"Bearer {TOKEN}"}
    for address, content, headers in (
        ("/v1/alerts/generic", body, BEARER),
        ("/v1/scans/trivy", b"{}", report),
        ("/v1/deploys", deploy, BEARER),
    ):
        for _ in range(2):
            answered = await far.post(address, content, headers)
            said = refused(answered, 503)
            assert int(answered.headers["retry-after"]) > 0
            assert said["do"] == "send it again"
    refused(await far.http.get(f"{far.url}/v1/scans/trivy/any", headers=report), 503)
    assert (await far.slack(PRESS)).status_code == 503
    for page in ("/", "/cases/S-1", "/audit", "/quarantine", "/affected?q=openssl"):
        answered = await far.http.get(far.url + page, headers={"cookie": "suture=any"})
        assert answered.status_code == 503, (page, answered.status_code)
        assert "again" in answered.text
    assert not waiting(tmp_path)
    await line.mend()
    assert (await far.post("/v1/alerts/generic", body, BEARER)).status_code == 202


async def test_metrics_count_what_came_in(served: Served) -> None:
    before = await counted(served)
    await served.alert({"findings": [finding(), {"title": "no resource"}]}, "a")
    await served.alert({"findings": [finding()]}, "b")
    await served.post("/v1/alerts/generic", b"{}", {})
    await served.post("/v1/alerts/generic", b"no json", BEARER)
    await served.post("/v1/alerts/nobody", b"{}", {})
    after = await counted(served)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown["suture_deliveries_total", "generic", "202"] == 2
    assert grown["suture_deliveries_total", "generic", "401"] == 1
    assert grown["suture_deliveries_total", "generic", "400"] == 1
    assert not any("nobody" in name for name in after)
    assert grown["suture_findings_total", "new", "generic"] == 1
    assert grown["suture_findings_total", "repeated", "generic"] == 1
    assert grown["suture_quarantined_total", "generic"] == 1
    assert grown[("suture_intake_seconds_count",)] == 4
    assert grown[("suture_parse_seconds_count",)] == 3
    assert ("suture_waiting_messages",) in after
    assert ("suture_quarantine_records",) in after
