"""A configuration in which every section of every file stands, for the tests that need to see all of them."""

from __future__ import annotations

from pathlib import Path

from tests.whole_policy import as_written

FILES = {
    "suture.yaml": """
public_url: https://suture.example.com/
data_directory: state
database_url: {env: DB}
listen: {host: 0.0.0.0, port: 9000}
environments: [production, staging]
limits: {alert_body_bytes: 2 MiB, scan_bytes: 1 GB, kept_scan_bytes: 3 GB, concurrent_requests: 10}
retention: {deliveries: 2w, reports: false, messages: 30d}
group_commit: {size: 8}
slack:
  enabled: true
  signing_secrets: [{env: OLD}, {file: new-secret}]
  bot_token: {env: TOKEN}
  socket_mode: false
  app_token: {env: APP_TOKEN}
  api_url: http://127.0.0.1:9999/api/
  files: true
  history_scope: true
  direct_messages: true
  app_id: A0APP
  workspaces: [T1]
teams:
  webhooks: {platform: {url: {env: TEAMS}}}
  other_hosts: [hooks.example.com]
  buttons_live: 2h
console:
  enabled: true
  session: 1h
  idle: 15m
  oidc:
    issuer: https://id.example.com/
    client_id: suture
    client_secret: {env: JIRA}
    name: Example ID
    scopes: [openid, email, groups]
    groups_claim: roles
jira:
  enabled: true
  url: https://example.atlassian.net/
  email: suture@example.com
  api_token: {env: JIRA}
  default_project: SEC
  issue_type: Bug
  change_issue_type: Change
  priorities: {immediate: Highest, out-of-cycle: High, scheduled: Medium, defer: Low}
  fields: {customfield_10010: {value: Security}, customfield_10011: "{severity} in {environment}"}
  webhook_secrets: [{env: JIRA}]
accounts:
  - id: "011122223333"
    name: payments
    environment: production
    regions: [eu-west-1]
    endpoint_url: http://127.0.0.1:5000
    read: {role_arn: "arn:aws:iam::011122223333:role/read", external_id: x}
    write: {access_key_id: AKIAIOSFODNN7EXAMPLE, secret_access_key: {env: AWS}, session_token: {env: AWS}}
context:
  inventory: [assets.csv]
  known_exploited: https://www.example.com/kev.json
  refresh: 12h
watch: {every: 10m}
due: {immediate: 4h, out-of-cycle: 2d, scheduled: 10d, defer: 20d}
longest_snooze: {immediate: 2h}
longest_risk_acceptance: {immediate: 3d}
delivery:
  possible_repeat: false
  posts_a_minute: 100
  edits_a_minute: 20
  gather: 2s
  storm: {cases_a_minute: 5, quiet: 2m, again: 3m}
""",
    "sources.yaml": """
sources:
  github:
    secrets: [{env: OLD}, {env: JIRA}]
  securityhub:
    allow: "arn:aws:sns:eu-west-1:111122223333:findings"
    environment: staging
    mapping: {title: detail.name}
    body_bytes: 300 kB
  generic: {enabled: false, secrets: [{env: NOT_SET}]}
""",
    "teams.yaml": """
people:
  - {id: ana, name: Ana Sousa, email: ana@example.com, slack: [T1:U1, T2:U9], console: true, terminal: ana,
     oidc: s-1, jira: 5b10a}
  - {id: ben}
teams:
  - id: payments
    name: Payments
    lead: ben
    members: [ana]
    chat: {slack: C0PAY}
    jira_project: PAY
    owns:
      - {tag: team=payments, account: "1*"}
      - {asset: a, namespace: n, repository: r, host: h, cluster: c}
    jira: {issue_type: Story, change_issue_type: Task, priorities: {defer: Lowest}, fields: {components: [{name: s}]}}
    on_call: {rotation: [ben, ana], every: 2w, from: "2026-03-02 09:00", time_zone: Europe/Lisbon}
    digest: mon-fri 09:00 Europe/Lisbon
  - {id: security, chat: console, slack_group: S0SEC, oidc_groups: [sec-ops]}
  - {id: platform, chat: {teams: platform}, on_call: {pagerduty: P123ABC, token: {env: JIRA}}}
catch_all: security
""",
    "routes.yaml": """
routes:
  - match: {owner: payments, environment: [unknown, staging], kind: code, priority: defer, source: github}
    channel: {slack: C0CODE}
  - {match: {owner: platform}, channel: {teams: platform}}
""",
    "policy.yaml": """
rules:
  - {who: [owner, lead], acts: [fix, undo], environments: [staging], fixes: any}
  - {who: {people: [ana], teams: [security], owner: true, lead: false, anyone: false}, acts: [view], environments: any}
levels:
  - {environments: [staging], fixes: any, priorities: [defer], reversible: true, targets: 1, level: L0}
  - {environments: any, level: L2}
security_team: security
acceptance_approved_by: {immediate: security, out-of-cycle: security, scheduled: payments, defer: payments}
fresh_sign_in: 5m
glass_reviewed: mon-fri 10:00 Europe/Lisbon
approval_lasts: {immediate: 20m, out-of-cycle: 3h, scheduled: 1d, defer: 2d}
windows:
  - {environments: [staging], cron: "0 2 * * tue,thu", lasts: 2h, zone: Europe/Lisbon}
  - {environments: any, calendar: changes.ics}
caps: {targets_per_run: 5, targets_per_hour: 50, failures: 3}
protected: ["arn:aws:s3:::crown-*", sg-0aa]
""",
    "changes.ics": """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//changes//EN
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20260101T000000Z
DTSTART:20260107T020000Z
DTEND:20260107T040000Z
RRULE:FREQ=WEEKLY
END:VEVENT
END:VCALENDAR
""",
    "priority.yaml": """
ssvc: ssvc-deployer.csv
epss_threshold: 0.3
when_unknown: {exposure: open, human_impact: high}
impact_by_tier: {tier_1: high}
detection:
  - {severity: [high, critical], tier: 1, priority: immediate}
  - {priority: scheduled}
attacked_ports: [22, 8443]
attacked_families: ["SSH*"]
internet_facing_types: [Edge*]
""",
    "assets.csv": "id,name\n",
    "new-secret": "the-new-one\n",
}

VARIABLES = {"DB": "postgresql://suture:pw@db/suture", "OLD": "old", "TOKEN": "xoxb-1", "JIRA": "j", "AWS": "a"}
VARIABLES["TEAMS"] = "https://hooks.example.com/workflows/w?sig=s3cr3t"


def write_example(directory: Path, **changed: str) -> Path:
    """Write the example, with the 72 rows beside it, into a directory. ``changed`` replaces files by their stem."""
    directory.mkdir(exist_ok=True)
    rows = Path(__file__).parents[2] / "config" / "ssvc-deployer.csv"
    (directory / rows.name).write_bytes(rows.read_bytes())
    for name, text in FILES.items():
        text = changed.get(name.partition(".")[0], text)
        (directory / name).write_text(as_written(name, text), encoding="utf-8")
    return directory
