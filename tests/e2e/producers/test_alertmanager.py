"""Debian's Alertmanager fires and resolves, configured as docs/sources.md says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from tests.e2e.producers.seen import says_fixed, told_to_payments_alone
from tests.e2e.producers.tools import of_the_system
from tests.free_port import free_port
from tests.stories.running import eventually
from tests.stories.world import World

CONFIG = """
route: {{receiver: suture, group_wait: 0s, group_interval: 1s}}
receivers:
  - name: suture
    webhook_configs:
      - url: {url}/v1/alerts/alertmanager
        send_resolved: true
        http_config:
          authorization:
            credentials_file: {secret}
"""
LABELS = {"alertname": "SshFromEverywhere", "instance": "shop-7:9100", "severity": "critical"}


@pytest.fixture
async def alertmanager(world: World, tmp_path: Path) -> AsyncIterator[str]:
    """The address of one that knows our Suture."""
    config, secret = tmp_path / "alertmanager.yml", tmp_path / "suture-secret"
    secret.write_text("a-token-for-reports\n", encoding="utf-8")
    config.write_text(CONFIG.format(url=world.url, secret=secret), encoding="utf-8")
    listens = f"127.0.0.1:{free_port()}"
    with (tmp_path / "alertmanager.log").open("wb") as log:
        running = await asyncio.create_subprocess_exec(
            of_the_system("prometheus-alertmanager"),
            f"--config.file={config}",
            f"--storage.path={tmp_path / 'alertmanager'}",
            f"--web.listen-address={listens}",
            "--cluster.listen-address=",
            stdout=log,
            stderr=log,
        )
    await eventually(lambda: ready(world, f"http://{listens}/-/ready"), "Alertmanager's start")
    yield f"http://{listens}"
    running.terminate()
    await running.wait()


async def ready(world: World, url: str) -> bool:
    try:
        return (await world.http.get(url)).status_code == 200
    except httpx2.ConnectError:
        return False


async def tell(world: World, alertmanager: str, **more: str) -> None:
    """As Prometheus tells it of an alert."""
    alert = {"labels": LABELS, "annotations": {"summary": "SSH from everywhere"}, **more}
    answered = await world.http.post(f"{alertmanager}/api/v2/alerts", json=[alert])
    assert answered.status_code == 200, answered.text


async def test_fires_and_resolves(world: World, alertmanager: str) -> None:
    began = world.clock() - timedelta(minutes=5)
    await tell(world, alertmanager, startsAt=began.isoformat())
    card = await told_to_payments_alone(world, "SSH from everywhere")

    await tell(world, alertmanager, startsAt=began.isoformat(), endsAt=world.clock().isoformat())
    await says_fixed(world, card)
