"""Every mistake is told with its file, line, field and what to do: one small broken configuration each."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import ConfigurationError, Known, load
from tests.whole_policy import as_written

KNOWN = Known({"github": ("hmac-sha256",), "securityhub": ("aws-sns", "bearer")}, frozenset({"close-port"}))
WORKFLOW = "https://a.logic.azure.com/x?sig=s"
SET = {"SET": "a-secret-value", "ELSEWHERE": "https://evil.example.com/x?sig=hunter2", "WORKFLOW": WORKFLOW}
PEOPLE = "people: [{id: ana, slack: 'T1:U1'}]\nteams: [{id: payments}]\n"
ON_CALL = "people: [{{id: ana}}]\nteams: [{{id: a, on_call: {}}}]\n"

# (file, what it says, the line of its mistake and the rest of the message)
MISTAKES = [
    (
        "policy.yaml",
        "levels: [{environments: any, level: L4}]",
        '1: levels[0].level: "L4" is not right here; write one of L0, L1, L2, L3',
    ),
    (
        "policy.yaml",
        "levels: [{level: L1}]",
        '1: levels[0]: the key "environments" is missing; list them, or write environments: any',
    ),
    (
        "policy.yaml",
        "levels:\n  - {environments: any, level: L0}",
        "2: levels[0].level: L0 changes systems without asking anybody, so it must say exactly where; "
        "list the environments by name, and write reversible: true and targets: 1",
    ),
    (
        "policy.yaml",
        "windows: [{environments: any, cron: whenever, lasts: 1h}]",
        '1: windows[0].cron: "whenever" is not right here; write five fields of cron, such as "0 2 * * tue,thu" (',
    ),
    (
        "policy.yaml",
        'windows: [{environments: any, cron: "0 2 * * *"}]',
        '1: windows[0]: the key "lasts" is missing; write how long the window stays open, such as 2h',
    ),
    (
        "policy.yaml",
        "windows: [{environments: any}]",
        "1: windows[0]: a window needs its times; write cron and lasts, or calendar",
    ),
    (
        "policy.yaml",
        "windows: [{environments: any, calendar: gone.ics}]",
        "1: windows[0].calendar: there is no such file; paths start at the configuration directory",
    ),
    (
        "policy.yaml",
        "windows: [{environments: any, calendar: policy.yaml}]",
        "1: windows[0].calendar: is no calendar: ",
    ),
    (
        "policy.yaml",
        'windows: [{environments: any, cron: "0 2 * * *", lasts: 1h, zone: Lisbon}]',
        '1: windows[0].zone: "Lisbon" is not right here; write a time zone by its name, such as Europe/Lisbon',
    ),
    ("policy.yaml", "security_team: sekurity", '1: security_team: unknown team "sekurity"'),
    ("policy.yaml", "caps: {failures: 0}", "1: caps.failures: expected a whole number from 1 to 2147483648"),
    (
        "policy.yaml",
        'protected: ["a["]',
        '1: protected[0]: "a[" is not right here; close every [ of the pattern with a ]',
    ),
    ("suture.yaml", "slak: {}", '1: slak: unknown key; did you mean "slack"?'),
    ("suture.yaml", "slack:\n  colour: red", "2: slack.colour: unknown key; known: "),
    ("suture.yaml", "limits: 5", "1: limits: expected keys and values"),
    ("suture.yaml", "a: [", "1: not valid YAML: "),
    ("suture.yaml", "- a", "1: expected keys and values at the top level"),
    ("suture.yaml", "due: {}\ndue: {}", "2: due: the same key twice; the first is on line 1"),
    ("suture.yaml", "due: &d\n  defer: *d", "1: due.defer: refers to itself; remove the alias"),
    (
        "suture.yaml",
        "due:\n  defer: soon",
        '2: due.defer: "soon" is not right here; write a number and ms, s, m, h, d or w, such as 30m or 7d',
    ),
    (
        "suture.yaml",
        "due: {defer: 0d}",
        '1: due.defer: "0d" is not right here; write a time of more than nothing and at most ten years',
    ),
    (
        "suture.yaml",
        "limits: {scan_bytes: many}",
        '1: limits.scan_bytes: "many" is not right here; '
        "write a number of bytes, or a number and kB, MB, GB, KiB, MiB or GiB, such as 25 MB",
    ),
    ("suture.yaml", "listen: {port: 70000}", "1: listen.port: expected a whole number from 1 to 65535"),
    ("suture.yaml", "console: {enabled: yes}", "1: console.enabled: expected true or false"),
    (
        "teams.yaml",
        'people: [{id: ana, name: "Ana\\u202eSousa"}]',
        "1: people[0].name: has a character in it that nobody sees; "
        "type it anew; what was pasted may say something else",
    ),
    (
        "suture.yaml",
        "console: {oidc: {issuer: 'https://id.example.com', client_id: suture}}",
        '1: console.oidc: the key "client_secret" is missing; write {env: NAME} or {file: PATH}',
    ),
    (
        "suture.yaml",
        "console: {oidc: {issuer: 'https://id.example.com?x', client_id: s, client_secret: {env: SET}}}",
        '1: console.oidc.issuer: "https://id.example.com?x" is not right here; '
        "write the issuer as the provider's own document does, without ? # or a name and password",
    ),
    (
        "suture.yaml",
        "console: {oidc: {issuer: 'https://id.example.com', client_id: s, client_secret: {env: SET}, scopes: email}}",
        '1: console.oidc.scopes: has no "openid"; write [openid, email, profile]',
    ),
    (
        "suture.yaml",
        "public_url: http://suture.example.com",
        '1: public_url: "http://suture.example.com" is not right here; '
        "write an https:// address (http:// only for this machine)",
    ),
    (
        "suture.yaml",
        "database_url: postgresql://suture:hunter2@db/suture",
        "1: database_url: a password is never written in a configuration file; write {env: NAME} or {file: PATH}",
    ),
    (
        "suture.yaml",
        "slack:\n  bot_token: xoxb-hunter2",
        "2: slack.bot_token: a secret is never written in a configuration file; write {env: NAME} or {file: PATH}",
    ),
    (
        "suture.yaml",
        "console: {enabled: true}\nteams: {webhooks: {pay: {url: {env: ELSEWHERE}}}}",
        "2: teams.webhooks.pay.url: the address cannot be used: "
        "its host is none of Microsoft's for workflows, nor among teams.other_hosts",
    ),
    (
        "suture.yaml",
        "console: {enabled: true}\nteams: {webhooks: {pay: {url: 'https://a.logic.azure.com/x'}}}",
        "2: teams.webhooks.pay.url: a secret is never written in a configuration file; "
        "write {env: NAME} or {file: PATH}",
    ),
    (
        "suture.yaml",
        "console: {enabled: true}\nteams: {webhooks: {Pay ments: {url: {env: WORKFLOW}}}}",
        "2: teams.webhooks.Pay ments: a name is lower-case letters, digits, dots, dashes and underscores",
    ),
    (
        "suture.yaml",
        "console: {enabled: true}\nteams: {webhooks: {pay: }}",
        '2: teams.webhooks.pay: the key "url" is missing; write {env: NAME} or {file: PATH}',
    ),
    (
        "suture.yaml",
        "console: {enabled: true}\nteams: {webhooks: {a: {url: {env: WORKFLOW}}, b: {url: {env: WORKFLOW}}}}",
        "2: teams.webhooks.b.url: the same workflow has a name already; give each workflow one name",
    ),
    (
        "suture.yaml",
        "teams: {webhooks: {pay: {url: {env: WORKFLOW}}}}",
        "1: teams.webhooks: the buttons of Teams open the console, which is off; set console.enabled: true",
    ),
    (
        "suture.yaml",
        "teams: {other_hosts: ['https://hooks.example.com/']}",
        '1: teams.other_hosts[0]: "https://hooks.example.com/" is not right here; '
        "write a host's name alone, in lower case, such as hooks.example.com",
    ),
    (
        "teams.yaml",
        "teams: [{id: payments, chat: {teams: pay}}]",
        '1: teams[0].chat.teams: unknown Teams webhook "pay"',
    ),
    (
        "routes.yaml",
        "routes: [{channel: {teams: pay, slack: C1}}]",
        "1: routes[0].channel.slack: a case is told in one channel; write slack or teams",
    ),
    (
        "suture.yaml",
        "slack: {enabled: true, signing_secrets: [{env: GONE}], bot_token: {env: SET}}",
        "1: slack.signing_secrets[0].env: the environment variable GONE is not set; set it, or disable what needs it",
    ),
    (
        "suture.yaml",
        "slack: {bot_token: {environment: SET}}",
        "1: slack.bot_token: expected one reference to a secret; write {env: NAME} or {file: PATH}",
    ),
    (
        "suture.yaml",
        "slack: {enabled: true, bot_token: {env: SET}}",
        '1: slack.enabled: slack is enabled but has no "signing_secrets"; write {env: NAME} or {file: PATH}',
    ),
    (
        "suture.yaml",
        "slack: {enabled: true, socket_mode: true, bot_token: {env: SET}, signing_secrets: [{env: GONE}]}",
        '1: slack.enabled: slack is enabled but has no "app_token"; write {env: NAME} or {file: PATH}',
    ),
    (
        "suture.yaml",
        "jira: {enabled: true, url: 'https://example.atlassian.net', email: a@example.com}",
        "1: jira.enabled: jira needs one way to sign in; "
        "write email and api_token (Cloud), or personal_access_token (Data Center)",
    ),
    (
        "suture.yaml",
        "jira:\n  fields: {summary: Mine}",
        '2: jira.fields: "summary" is not set here; each ticket has its own; priorities have their key',
    ),
    (
        "suture.yaml",
        "jira: {fields: {customfield_1: [{value: '{severty}'}]}}",
        "1: jira.fields: customfield_1: nobody fills in {severty}; "
        "known: case, due, environment, owner, priority, severity",
    ),
    (
        "teams.yaml",
        "teams: [{id: a, jira: {priorities: {urgent: High}}}]",
        "1: teams[0].jira.priorities.urgent: unknown key; known: defer, immediate, out-of-cycle, scheduled",
    ),
    (
        "suture.yaml",
        "accounts: [{id: 111122223333, read: {}}]",
        '1: accounts[0].id: expected text; write it in quotes: "111122223333"',
    ),
    (
        "suture.yaml",
        "accounts:\n  - id: '111122223333'\n    regions: [ireland]\n    read: {profile: a}",
        '3: accounts[0].regions[0]: "ireland" is not right here; write a region such as eu-west-1',
    ),
    (
        "suture.yaml",
        "accounts: [{id: '111122223333'}]",
        '1: accounts[0]: the key "read" is missing; '
        "write how to read the account, such as {profile: NAME} or {role_arn: ARN}",
    ),
    (
        "suture.yaml",
        "accounts:\n- {id: '111122223333', read: {profile: a}}\n- {id: '111122223333', read: {profile: a}}",
        "3: accounts[1].id: account 111122223333 stands twice; the first is at config/suture.yaml:2",
    ),
    (
        "suture.yaml",
        "context: {inventory: [assets.csv]}",
        '1: context.inventory[0]: "assets.csv" is not right here; '
        "there is no such file; paths start at the configuration directory",
    ),
    ("sources.yaml", "sources: {gitub: {}}", '1: sources.gitub: unknown source; did you mean "github"?'),
    (
        "sources.yaml",
        "sources:\n  github:\n    allow: [someone]",
        "3: sources.github: enabled but has no secret: it answers 404; write secrets: [{env: NAME}], or enabled: false",
    ),
    (
        "sources.yaml",
        "sources: {github: {secrets: [{env: SET}, {env: SET}, {env: SET}]}}",
        "1: sources.github.secrets: at most two secrets are live at once; take the oldest out",
    ),
    (
        "sources.yaml",
        "sources: {github: {secrets: {env: SET}}}",
        "1: sources.github.secrets: expected a list of one or two references; write [{env: NAME} or {file: PATH}]",
    ),
    (
        "sources.yaml",
        "sources:\n  github:\n    secrets: [{env: SET}]\n    mapping: {title: 'a..b'}",
        '4: sources.github.mapping.title: "a..b" is not right here; it is not a JMESPath expression (',
    ),
    (
        "sources.yaml",
        "sources: {github: {secrets: [{env: SET}], environment: prodution}}",
        '1: sources.github.environment: unknown environment "prodution"; did you mean "production"?',
    ),
    ("teams.yaml", PEOPLE + "teems: []", '3: teems: unknown key; did you mean "teams"?'),
    (
        "teams.yaml",
        "teams:\n  - id: platform\n  - id: payments\n    ownz: []",
        '4: teams[1].ownz: unknown key; did you mean "owns"?',
    ),
    ("teams.yaml", "teams: [{name: Payments}]", '1: teams[0]: the key "id" is missing'),
    (
        "teams.yaml",
        "teams: [{id: Payments Team}]",
        '1: teams[0].id: "Payments Team" is not right here; '
        "write lower-case letters, digits, dots, dashes and underscores",
    ),
    (
        "teams.yaml",
        PEOPLE + "catch_all: paymnts",
        '3: catch_all: unknown team "paymnts"; did you mean "payments"?',
    ),
    (
        "teams.yaml",
        "people: [{id: ana}]\nteams: [{id: a, lead: anna}]",
        '2: teams[0].lead: unknown person "anna"; did you mean "ana"?',
    ),
    (
        "teams.yaml",
        "people:\n  - {id: ana, slack: 'T1:U1'}\n  - {id: ben, slack: ['T1:U2', 'T1:U1']}",
        "3: people[1].slack[1]: slack T1:U1 belongs to two people; the first is at config/teams.yaml:2",
    ),
    (
        "teams.yaml",
        "people:\n  - {id: ana, email: a@example.com}\n  - {id: ben, email: A@example.com}",
        "3: people[1].email: the address A@example.com belongs to two people; the first is at config/teams.yaml:2",
    ),
    (
        "teams.yaml",
        "teams: [{id: a, slack_group: '@payments'}]",
        '1: teams[0].slack_group: "@payments" is not right here; '
        "write the user group's id, such as S0123ABCD, not its handle",
    ),
    (
        "teams.yaml",
        "people: [{id: ana, slack: '@ana'}]",
        '1: people[0].slack: "@ana" is not right here; '
        "write the workspace and the member id, such as T012AB3CD:U045EF6GH",
    ),
    (
        "teams.yaml",
        "teams: [{id: a, chat: {slack: '#payments'}}]",
        '1: teams[0].chat.slack: "#payments" is not right here; '
        "write the channel's id, such as C0123ABCD, not its name",
    ),
    (
        "teams.yaml",
        "teams:\n- {id: a, owns: [{account: '1'}]}\n- {id: b, owns: [{account: '1'}]}",
        "3: teams[1].owns[0]: account 1 is owned twice; the first is at config/teams.yaml:2",
    ),
    (
        "teams.yaml",
        "teams: [{id: a, owns: [{tag: payments}]}]",
        '1: teams[0].owns[0].tag: "payments" is not right here; write key=value, such as team=payments',
    ),
    (
        "teams.yaml",
        "teams: [{id: a, owns: [{namespace: 'pay-[ab'}]}]",
        '1: teams[0].owns[0].namespace: "pay-[ab" is not right here; close every [ of the pattern with a ]',
    ),
    (
        "teams.yaml",
        ON_CALL.format("{rotation: [anna], from: 2026-03-02}"),
        '2: teams[0].on_call.rotation[0]: unknown person "anna"; did you mean "ana"?',
    ),
    (
        "teams.yaml",
        ON_CALL.format("{rotation: ana}"),
        '2: teams[0].on_call: the key "from" is missing; write when the first turn began, such as "2026-03-02 09:00"',
    ),
    (
        "teams.yaml",
        ON_CALL.format("{rotation: ana, every: 36h, from: 2026-03-02}"),
        "2: teams[0].on_call.every: turns are whole days long; write 1d, 7d or 2w",
    ),
    (
        "teams.yaml",
        ON_CALL.format("{rotation: ana, from: 2026-03-02, time_zone: Europe/Lisbom}"),
        '2: teams[0].on_call.time_zone: "Europe/Lisbom" is not right here; '
        "there is no such time zone; write a name such as Europe/Lisbon or UTC",
    ),
    (
        "teams.yaml",
        ON_CALL.format("{rotation: ana, from: 2026-03-02, pagerduty: P123ABC}"),
        "2: teams[0].on_call: rotation and pagerduty: a team has one; write one of: rotation, calendar, pagerduty",
    ),
    (
        "teams.yaml",
        ON_CALL.format("{pagerduty: P123ABC}"),
        '2: teams[0].on_call.pagerduty: a schedule of PagerDuty needs a "token"; write {env: NAME} or {file: PATH}',
    ),
    (
        "teams.yaml",
        ON_CALL.format("{pagerduty: P123ABC, token: hunter2}"),
        "2: teams[0].on_call.token: a secret is never written in a configuration file; "
        "write {env: NAME} or {file: PATH}",
    ),
    (
        "teams.yaml",
        ON_CALL.format("{calendar: 'http://cal.example.com/a.ics'}"),
        '2: teams[0].on_call.calendar: "http://cal.example.com/a.ics" is not right here; '
        "write a path, or an https:// address",
    ),
    (
        "teams.yaml",
        ON_CALL.format("{calendar: gone.ics}"),
        '2: teams[0].on_call.calendar: "gone.ics" is not right here; '
        "there is no such file; paths start at the configuration directory",
    ),
    (
        "teams.yaml",
        "teams: [{id: a, digest: 'mon-fri 09:00'}]",
        "1: teams[0].digest: has nowhere to be told; give the team a chat",
    ),
    (
        "teams.yaml",
        "teams: [{id: a, digest: 'mon-fri 25:00'}]",
        '1: teams[0].digest: "mon-fri 25:00" is not right here; write days, a time and a zone, such as ',
    ),
    (
        "teams.yaml",
        "teams: [{id: a, digest: '09:00 Europe/Lisbom'}]",
        '1: teams[0].digest: "09:00 Europe/Lisbom" is not right here; there is no such time zone; '
        "write a name such as Europe/Lisbon or UTC",
    ),
    (
        "routes.yaml",
        "routes:\n- match: {owner: payment}\n  channel: console",
        '2: routes[0].match.owner: unknown team "payment"',
    ),
    (
        "routes.yaml",
        "routes: [{match: {kind: vuln}, channel: console}]",
        '1: routes[0].match.kind: unknown word "vuln"; ',
    ),
    (
        "routes.yaml",
        "routes: [{match: {}}]",
        '1: routes[0]: the key "channel" is missing; write {slack: C0123ABCD}, {teams: NAME} or console',
    ),
    (
        "routes.yaml",
        "routes: [{match: {source: github}, channel: console}]",
        '1: routes[0].match.source: unknown source "github"',
    ),
    (
        "policy.yaml",
        "rules: [{who: owner, acts: [fixx], environments: any, fixes: any}]",
        '1: rules[0].acts[0]: unknown word "fixx"; did you mean "fix"?',
    ),
    (
        "policy.yaml",
        "rules:\n- who: owner\n  acts: [view]",
        '2: rules[0]: the key "environments" is missing; list them, or write environments: any',
    ),
    (
        "policy.yaml",
        "rules: [{who: owner, acts: [fix], environments: any}]",
        '1: rules[0]: the key "fixes" is missing; list them, or write fixes: any',
    ),
    (
        "policy.yaml",
        "rules: [{who: owner, acts: [fix], environments: any, fixes: [close-prot]}]",
        '1: rules[0].fixes[0]: unknown fix "close-prot"; did you mean "close-port"?',
    ),
    (
        "policy.yaml",
        "rules: [{who: owner, acts: [view], environments: [any, production]}]",
        '1: rules[0].environments: "any" among others; write environments: any, or only the others',
    ),
    (
        "policy.yaml",
        "rules: [{who: {people: [ana]}, acts: [view], environments: any}]",
        '1: rules[0].who.people[0]: unknown person "ana"',
    ),
    (
        "policy.yaml",
        "rules: [{who: {}, acts: [view], environments: any}]",
        "1: rules[0].who: speaks of nobody; write people, teams, owner: true, lead: true or anyone: true",
    ),
    (
        "policy.yaml",
        "rules: [{acts: [view], environments: any}]",
        '1: rules[0]: the key "who" is missing; write owner, lead, anyone, {people: [...]} or {teams: [...]}',
    ),
    ("priority.yaml", "epss_threshold: 10", "1: epss_threshold: expected a number from 0 to 1"),
    (
        "priority.yaml",
        "when_unknown: {exposure: unknown}",
        "1: when_unknown.exposure: unknown cannot be taken as unknown; write small, controlled or open",
    ),
    (
        "priority.yaml",
        "detection:\n- {severity: high, priority: immediate}",
        "2: detection[0]: a detection could match no row; "
        "let the last row have a priority only, so that every detection has one",
    ),
    (
        "priority.yaml",
        "detection: [{severity: hihg, priority: defer}, {priority: defer}]",
        '1: detection[0].severity: "hihg" is not right here; '
        "write one of: unknown, informational, low, medium, high, critical, fatal",
    ),
    ("priority.yaml", "detection: [{tier: 5}]", "1: detection[0].tier: expected a whole number from 1 to 4"),
    (
        "priority.yaml",
        "ssvc: gone.csv",
        "1: ssvc: the table gone.csv cannot be read; name a file beside priority.yaml",
    ),
]


def messages(tmp_path: Path, files: dict[str, str]) -> list[str]:
    (tmp_path / "config").mkdir()
    for name, text in files.items():
        (tmp_path / "config" / name).write_text(as_written(name, text), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path / "config", SET, KNOWN)
    assert "a-secret-value" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


@pytest.mark.parametrize(("file", "text", "told"), MISTAKES, ids=[told[:60] for *_, told in MISTAKES])
def test_a_mistake_is_told_word_for_word(tmp_path: Path, file: str, text: str, told: str) -> None:
    said = messages(tmp_path, {file: text})

    expected = f"config/{file}:{told}"
    if expected.endswith((" ", "(")):  # the rest is a list of words or another library's sentence
        assert any(line.startswith(expected) for line in said), said
    else:
        assert expected in said


def test_all_mistakes_are_told_at_once_in_order(tmp_path: Path) -> None:
    said = messages(
        tmp_path,
        {"teams.yaml": "teams: [{id: a, leed: x}]\ncatch_all: b", "suture.yaml": "listen: {prot: 1}\nslak: 1"},
    )

    assert [line.partition(": ")[0] for line in said] == [
        "config/suture.yaml:1",
        "config/suture.yaml:2",
        "config/teams.yaml:1",
        "config/teams.yaml:2",
    ]


def test_a_file_nobody_reads_is_a_mistake(tmp_path: Path) -> None:
    assert messages(tmp_path, {"polcy.yaml": "rules: []"}) == [
        'config/polcy.yaml: nobody reads this file; did you mean "policy.yaml"?'
    ]


def test_a_directory_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="there is no such configuration directory; set SUTURE_CONFIG"):
        load("no-such-directory", {})


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"PORT": "many"}, "environment: PORT: Input should be a valid integer"),
        ({"PORT": "0"}, "environment: PORT: Input should be greater than or equal to 1"),
        ({"LOG_LEVEL": "loud"}, "environment: LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_mistake_in_the_environment(tmp_path: Path, variables: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, variables)

    assert str(caught.value).startswith(told)


TABLE = (Path(__file__).parents[2] / "config" / "ssvc-deployer.csv").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (TABLE[:-1], "config/t.csv: no row for active, open, yes, very high; each of the 72 combinations stands once"),
        ([*TABLE, TABLE[-1]], "config/t.csv:74: the same combination twice"),
        ([TABLE[0], "none,smal,no,low,defer", *TABLE[2:]], 'config/t.csv:2: exposure: unknown word "smal"; '),
        ([TABLE[0], "none,small,no,low", *TABLE[2:]], "config/t.csv:2: 4 cells instead of 5"),
        (TABLE[1:], "config/t.csv:1: not the header of the table; write exploitation,exposure,automatable,"),
        ([], "config/t.csv:1: not the header of the table; write exploitation,exposure,automatable,"),
    ],
)
def test_the_72_rows_are_refused_unless_whole(tmp_path: Path, rows: list[str], told: str) -> None:
    said = messages(tmp_path, {"priority.yaml": "ssvc: t.csv", "t.csv": "\n".join(rows)})

    assert any(line.startswith(told) for line in said), said
