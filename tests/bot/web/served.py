"""The whole application of one test, on a real port: every kind of source enabled, two teams on the console."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import sqlalchemy as sa
from standardwebhooks import Webhook

from bot.wiring import Wiring, settings_of, wire
from tests.connectors.certificates import NOW, TOPIC, pem
from tests.connectors.certificates import served as keys_from
from tests.databases import Clock
from tests.fakes.slack.payloads import sign
from tests.free_port import free_port
from tests.plain_http import NO_TLS
from tests.stories.world import Running
from tests.whole_policy import as_written

SECRET = "whsec_c3V0dXJlLXRlc3RzLXNlY3JldC0yNC1ieXRlcw=="
OLD_SECRET = "whsec_dGhlLXNlY3JldC1iZWZvcmUtdGhlLXJvdGF0aW9u"
STRANGERS_SECRET = "whsec_bm90LW9uZS1vZi1vdXJzLWF0LWFsbC1hdC1hbGw="
TOKEN = "a-token-for-reports"
HOOK_SECRET = "a-secret-for-hooks"
SIGNING = "fake-signing-secret"
LIMIT = 64 * 1024  # of one alert, so that a body over it is small
SCAN_LIMIT = 256 * 1024

_CONFIG = {
    "sources.yaml": f"""
sources:
  generic: {{secrets: [{{env: TEST_SECRET}}, {{env: TEST_OLD_SECRET}}], body_bytes: {LIMIT}}}
  github: {{secrets: [{{env: TEST_HOOK_SECRET}}]}}
  alertmanager: {{secrets: [{{env: TEST_TOKEN}}]}}
  trivy: {{secrets: [{{env: TEST_TOKEN}}]}}
  sarif: {{secrets: [{{env: TEST_TOKEN}}]}}
  gitleaks: {{secrets: [{{env: TEST_TOKEN}}]}}
  aws-securityhub: {{allow: ["{TOPIC}"]}}
  okta: {{secrets: [{{env: TEST_TOKEN}}]}}
  aws-guardduty: {{enabled: false}}
""",
    "teams.yaml": """
people:
  - {id: ana, name: Ana Sousa, slack: "T0SUTURE1:U0ANA", console: true}
  - {id: ben, name: Ben Okafor, console: true}
teams:
  - {id: payments, name: Payments, lead: ana, chat: console, owns: [{host: "pay-*"}]}
  - {id: platform, name: Platform, lead: ben, chat: console, owns: [{host: "*"}]}
catch_all: platform
""",
    "policy.yaml": "rules:\n  - {who: anyone, acts: [view, mine], environments: any}\n",
}


def write_config(folder: Path) -> Path:
    """The configuration directory of a :class:`Served`."""
    config = folder / "config"
    config.mkdir()
    shipped = Path(__file__).parents[3] / "config"
    for name in ("ssvc-deployer.csv", "priority.yaml"):
        (config / name).write_bytes((shipped / name).read_bytes())
    suture = f"""
public_url: "http://127.0.0.1"
data_directory: "{folder / "state"}"
console: {{enabled: true}}
limits: {{scan_bytes: {SCAN_LIMIT}}}
slack:
  enabled: true
  signing_secrets: [{{env: TEST_SIGNING}}]
  bot_token: {{env: TEST_BOT}}
  api_url: "http://127.0.0.1:9/api/"
"""
    for name, text in (_CONFIG | {"suture.yaml": suture}).items():
        (config / name).write_text(as_written(name, text), encoding="utf-8")
    return config


def variables(database_url: str) -> dict[str, str]:
    """The environment that configuration needs."""
    return {
        "DATABASE_URL": database_url,
        "TEST_SECRET": SECRET,
        "TEST_OLD_SECRET": OLD_SECRET,
        "TEST_HOOK_SECRET": HOOK_SECRET,
        "TEST_TOKEN": TOKEN,
        "TEST_SIGNING": SIGNING,
        "TEST_BOT": "xoxb-fake-token",
        "SUTURE_POLLING": "0.02",
        "SUTURE_WORKER": "served-test",
    }


def finding(title: str = "Heartbleed on pay-1", host: str = "pay-1", **more: Any) -> dict[str, Any]:
    """One finding of our own simple shape."""
    resource = {"id": host, "type": "host", "name": host}
    return {"title": title, "rule": "CVE-2014-0160", "severity": "high", "resource": resource} | more


def waiting(folder: Path) -> list[Path]:
    """The report files that still wait in the application's folder."""
    return list(folder.glob("state/scans/*.report"))


def refused(answered: httpx2.Response, status: int) -> dict[str, Any]:
    """The words of a refusal; they hold no secret."""
    assert answered.status_code == status, answered.text
    for secret in (SECRET, OLD_SECRET, SECRET.removeprefix("whsec_"), TOKEN, HOOK_SECRET, SIGNING):
        assert secret not in answered.text + str(answered.headers)
    said: dict[str, Any] = answered.json()
    assert said["error"]
    return said


@dataclass(slots=True)
class Served:
    """The application on its port, and a client for it."""

    url: str
    wiring: Wiring
    http: httpx2.AsyncClient
    clock: Clock

    def signed(self, body: bytes, identity: str = "msg_1", secret: str = SECRET) -> dict[str, str]:
        """The headers of Standard Webhooks, signed at this clock's time."""
        now = self.clock()
        return {
            "webhook-id": identity,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(identity, now, body.decode()),
            "content-type": "application/json",
        }

    async def alert(self, content: Any, identity: str = "msg_1", secret: str = SECRET) -> httpx2.Response:
        """Post JSON to the generic source, rightly signed."""
        body = json.dumps(content).encode()
        return await self.post("/v1/alerts/generic", body, self.signed(body, identity, secret))

    async def hook(self, body: bytes, kind: str, identity: str = "d-1") -> httpx2.Response:
        """Post as GitHub does."""
        digest = hmac.new(HOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-github-event": kind, "x-github-delivery": identity, "x-hub-signature-256": f"sha256={digest}"}
        return await self.post("/v1/alerts/github", body, headers | {"content-type": "application/json"})

    async def slack(self, body: bytes, **changes: str) -> httpx2.Response:
        """Post as Slack does, rightly signed but for ``changes`` (header names with _ for -)."""
        stamp = int(self.clock().timestamp())
        headers = {
            "x-slack-request-timestamp": str(stamp),
            "x-slack-signature": sign(SIGNING, stamp, body),
            "content-type": "application/x-www-form-urlencoded",
        } | {name.replace("_", "-"): value for name, value in changes.items()}
        return await self.post("/slack/events", body, headers)

    async def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
        raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
        return await self.http.post(self.url + address, content=body, headers=raw)

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.wiring.store.read() as connection:
            return list((await connection.execute(sa.select(table))).all())


@asynccontextmanager
async def serving(config: Path, database_url: str, asked: list[str], *, worker: bool) -> AsyncIterator[Served]:
    """The application on a free port. Our own Amazon gives out its certificate; ``asked`` is what it was asked for."""
    port, clock = free_port(), Clock(NOW)

    def give(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(200, content=pem() if request.url.path.endswith(".pem") else b"<ok/>")

    environment = variables(database_url)
    wiring = wire(settings_of(str(config), environment), environment, clock=clock)
    wiring = replace(wiring, keys=keys_from(give, clock))
    running = Running(wiring, port, worker=worker)
    await running.start()
    try:
        async with httpx2.AsyncClient(timeout=20, verify=NO_TLS) as http:
            yield Served(f"http://127.0.0.1:{port}", wiring, http, clock)
    finally:
        await running.stop()
