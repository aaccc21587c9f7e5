"""The organisation of the stories: its people, teams and rules, its hosts, and the configuration that says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.fakes.jira.client import FakeJira
from tests.fakes.oidc.state import CLIENT_SECRET
from tests.whole_policy import as_written

ACCOUNT = "111122223333"
SECRET = "whsec_c3V0dXJlLXRlc3RzLXNlY3JldC0yNC1ieXRlcw=="
HOOK_SECRET = "a-secret-for-jiras-webhook"
PEOPLE = {"ana": "U0ANA", "ana, as her other self": "U0ANA2", "ben": "U0BEN", "sue": "U0SUE"}
CHANNELS = {"payments": "C0PAYMENTS", "security": "C0SECURITY"}

CONFIG = {
    "sources.yaml": """
sources:
  generic: {secrets: [{env: SUTURE_TEST_SECRET}]}
  trivy: {secrets: [{env: SUTURE_TEST_TOKEN}]}
""",
    "teams.yaml": """
people:
  - id: ana
    name: Ana Sousa
    email: ana@example.com
    slack: ["T0SUTURE1:U0ANA", "T0SUTURE1:U0ANA2"]
    console: true
  - {id: ben, name: Ben Okoro, email: ben@example.com, slack: "T0SUTURE1:U0BEN", console: true}
  - {id: sue, name: Sue Lind, slack: "T0SUTURE1:U0SUE", console: true}
teams:
  - id: payments
    name: Payments
    lead: ana
    members: [ben]
    chat: {slack: C0PAYMENTS}
    jira_project: PAY
    owns: [{host: "shop-*"}, {account: "111122223333"}]
  - id: security
    name: Security
    lead: sue
    members: [sue]
    chat: {slack: C0SECURITY}
    on_call: {rotation: [sue], from: "2026-01-01 09:00", every: 520w}
catch_all: security
""",
    "policy.yaml": """
rules:
  - {who: anyone, acts: [view, mine], environments: any}
  - {who: owner, acts: [ticket, acknowledge, assign, snooze, not-ours, template-done], environments: any}
  - {who: lead, acts: [fix, undo, accept-risk], environments: any, fixes: any}
levels:
  - {environments: any, level: L1}
""",
}


def teams_with(change: Callable[[dict[str, Any]], None]) -> str:
    """config/teams.yaml of the stories after a change: ``people`` and ``teams`` are lists of tables, as in the file."""
    told = yaml.safe_load(CONFIG["teams.yaml"])
    change(told)
    return yaml.safe_dump(told, sort_keys=False)


@dataclass(frozen=True)
class Changed:
    """What a story's organisation has otherwise: files, lines of the Slack section, the console, the app's scopes."""

    files: Mapping[str, str] = field(default_factory=dict)
    slack: str = "signing_secrets: [{env: SUTURE_TEST_SIGNING}]"
    console: str = "{enabled: true}"
    scopes: tuple[str, ...] = ()
    socket_mode: bool = False


def write_config(
    folder: Path,
    *,
    slack_url: str,
    app_port: int,
    cloud_url: str,
    jira: FakeJira | None,
    changed: Mapping[str, str] | None = None,
    slack: str = "signing_secrets: [{env: SUTURE_TEST_SIGNING}]",
    console: str = "{enabled: true}",
    jira_more: str = "",
) -> Path:
    """The configuration of the stories' organisation.

    ``changed`` replaces whole files by name; ``slack`` are more lines of that section, in YAML's flow or block style,
    ``jira_more`` such of ``jira``.
    """
    config = folder / "config"
    config.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "config"
    (config / "ssvc-deployer.csv").write_bytes((shipped / "ssvc-deployer.csv").read_bytes())
    (config / "priority.yaml").write_bytes((shipped / "priority.yaml").read_bytes())
    (folder / "assets.csv").write_text(INVENTORY, encoding="utf-8")
    suture = f"""
public_url: "http://127.0.0.1:{app_port}"
data_directory: "{folder / "state"}"
slack:
  enabled: true
  {slack}
  bot_token: {{env: SUTURE_TEST_BOT}}
  api_url: "{slack_url}"
  history_scope: true
console: {console}
context: {{inventory: ["{folder / "assets.csv"}"]}}
accounts:
  - id: "{ACCOUNT}"
    name: shop
    environment: production
    regions: [eu-west-1]
    endpoint_url: "{cloud_url}"
    read:
      role_arn: "arn:aws:iam::{ACCOUNT}:role/suture-read"
      access_key_id: TESTKEYID
      secret_access_key: {{env: SUTURE_TEST_AWS}}
    write:
      role_arn: "arn:aws:iam::{ACCOUNT}:role/suture-write"
      access_key_id: TESTKEYID
      secret_access_key: {{env: SUTURE_TEST_AWS}}
"""
    if jira is not None:
        suture += f"""
jira:
  enabled: true
  url: "{jira.url}"
  email: "{jira.email}"
  api_token: {{env: SUTURE_TEST_JIRA}}
  default_project: SEC
  webhook_secrets: [{{env: SUTURE_TEST_HOOK}}]
{jira_more}
"""
    for name, text in (CONFIG | {"suture.yaml": suture} | dict(changed or {})).items():
        (config / name).write_text(as_written(name, text), encoding="utf-8")
    return config


_COLUMNS = (
    "id,name,identifiers,environment,tier,exposure,owner,account,type,"
    "runs_on,exposed_by,depends_on,patch,template,tags,components"
)
_HOST = "shop-{n},shop-{n},shop-{n};192.0.2.{n},production,1,open,payments,111122223333,host,,,,apt-get upgrade,,,"
INVENTORY = "\n".join([_COLUMNS, *(_HOST.format(n=number) for number in range(1, 42)), ""])


def variables(database_url: str, jira: FakeJira | None) -> dict[str, str]:
    """The environment of the process."""
    return {
        "DATABASE_URL": database_url,
        "SUTURE_TEST_SECRET": SECRET,
        "SUTURE_TEST_TOKEN": "a-token-for-reports",
        "SUTURE_TEST_SIGNING": "fake-signing-secret",
        "SUTURE_TEST_BOT": "xoxb-fake-token",
        "SUTURE_TEST_APP": "xapp-fake-token",
        "SUTURE_TEST_AWS": "not-a-real-key",
        "SUTURE_TEST_OIDC": CLIENT_SECRET,
        "SUTURE_TEST_JIRA": jira.api_token if jira else "unused",
        "SUTURE_TEST_HOOK": HOOK_SECRET,
        "SUTURE_POLLING": "0.02",
        "SUTURE_WORKER": f"story-{os.getpid()}",
        "SUTURE_SLACK_PACE": "0",
    }
