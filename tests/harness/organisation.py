"""An organisation with many teams, each with its own channel: its configuration on disk, for a real process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.whole_policy import as_written, whole

SECRET = "whsec_c3V0dXJlLXRlc3RzLXNlY3JldC0yNC1ieXRlcw=="
SIGNING = "fake-signing-secret"
TOKEN = "xoxb-fake-token"
ACCOUNT = "111122223333"
WORKSPACE = "T0SUTURE1"
PERSON = "U0ANA"
UNLIMITED = {
    "channel_per_second": 100_000,
    "channel_burst": 100_000,
    "workspace_posts_per_minute": 10_000_000,
    "tier_3_per_minute": 10_000_000,
    "tier_4_per_minute": 10_000_000,
}

AS_SHIPPED = "{}"  # the limits of a workspace are kept, and a storm is one digest
# Each case by itself however many there are, as fast as a fake without limits takes them.
SINGLY = "{posts_a_minute: 10000000, edits_a_minute: 10000000, storm: {cases_a_minute: 10000000}}"


def channel_of(team: int) -> str:
    """The Slack channel of a team."""
    return f"C0TEAM{team:03d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Where the outside is; "" leaves that part of it out."""

    teams: int = 50
    slack_url: str = ""
    cloud_url: str = ""
    jira_url: str = ""
    jira_email: str = ""
    delivery: str = SINGLY  # how messages go out: config/suture.yaml's own words
    accounts: Mapping[str, str] = field(default_factory=lambda: {ACCOUNT: "production"})  # id -> environment
    files: Mapping[str, str] = field(default_factory=dict)  # whole files of its own, by name

    def write(self, folder: Path, port: int) -> Path:
        """Write the configuration; returns its directory."""
        config = folder / "config"
        config.mkdir(parents=True)
        shipped = Path(__file__).parents[2] / "config"
        for name in ("ssvc-deployer.csv", "priority.yaml"):
            (config / name).write_bytes((shipped / name).read_bytes())
        (config / "suture.yaml").write_text(self._suture(folder, port), encoding="utf-8")
        secrets = "{secrets: [{env: TEST_SECRET}]}"
        sources = f"sources: {{generic: {secrets}, sarif: {secrets}}}\n"
        (config / "sources.yaml").write_text(sources, encoding="utf-8")
        (config / "teams.yaml").write_text(self._teams(), encoding="utf-8")
        (config / "policy.yaml").write_text(whole(_POLICY), encoding="utf-8")
        for name, text in self.files.items():
            (config / name).write_text(as_written(name, text), encoding="utf-8")
        return config

    def _suture(self, folder: Path, port: int) -> str:
        text = f'public_url: "http://127.0.0.1:{port}"\ndata_directory: "{folder / "state"}"\n'
        text += f"listen: {{host: 127.0.0.1, port: {port}}}\nconsole: {{enabled: true}}\n"
        text += f"limits: {{concurrent_requests: 2000}}\ndelivery: {self.delivery}\n"
        if self.slack_url:
            text += f"""slack:
  enabled: true
  signing_secrets: [{{env: TEST_SIGNING}}]
  bot_token: {{env: TEST_TOKEN}}
  api_url: "{self.slack_url}"
  history_scope: true
"""
        if self.cloud_url:
            text += "accounts:\n" + "".join(self._account(*each) for each in self.accounts.items())
        if self.jira_url:
            text += f"""jira:
  enabled: true
  url: "{self.jira_url}"
  email: "{self.jira_email}"
  api_token: {{env: TEST_JIRA}}
  default_project: SEC
"""
        return text

    def _account(self, account: str, environment: str) -> str:
        return f"""  - id: "{account}"
    name: shop-{environment}
    environment: {environment}
    regions: [eu-west-1]
    endpoint_url: "{self.cloud_url}"
    read: {_keys("read", account)}
    write: {_keys("write", account)}
"""

    def _teams(self) -> str:
        lines = ["people:", f'  - {{id: ana, name: Ana Sousa, slack: "{WORKSPACE}:{PERSON}", console: true}}', "teams:"]
        for team in range(self.teams):
            where = f"slack: {channel_of(team)}" if self.slack_url else "console: true"
            chat = f"chat: {{{where}}}" if self.slack_url else "chat: console"
            owns = f'{{host: "team{team:03d}-*"}}'
            account = f', {{account: "{ACCOUNT}"}}' if team == 0 else ""
            lines.append(f"  - {{id: team{team:03d}, name: Team {team}, lead: ana, {chat}, owns: [{owns}{account}]}}")
        return "\n".join([*lines, "catch_all: team000", ""])


def _keys(purpose: str, account: str) -> str:
    role = f'role_arn: "arn:aws:iam::{account}:role/suture-{purpose}"'
    return f"{{{role}, access_key_id: TESTKEYID, secret_access_key: {{env: TEST_AWS}}}}"


_POLICY = """
rules:
  - {who: anyone, acts: [view, mine], environments: any}
  - {who: lead, acts: [fix, undo, ticket, acknowledge, snooze, accept-risk], environments: any, fixes: any}
levels:
  - {environments: any, level: L1}
caps: {targets_per_hour: 100000, failures: 1000}
"""


def variables(database_url: str, jira_token: str = "unused") -> dict[str, str]:
    """The process's environment: the secrets that the configuration refers to."""
    return {
        "DATABASE_URL": database_url,
        "TEST_SECRET": SECRET,
        "TEST_SIGNING": SIGNING,
        "TEST_TOKEN": TOKEN,
        "TEST_AWS": "not-a-real-key",
        "TEST_JIRA": jira_token,
        "LOG_LEVEL": "warning",
    }
