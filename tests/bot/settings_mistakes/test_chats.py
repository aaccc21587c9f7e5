"""Slack, Teams and the channels that cases are told in: mistakes in suture.yaml, teams.yaml and routes.yaml."""

from __future__ import annotations

from pathlib import Path

from tests.bot.settings_mistakes.telling import Mistake, check, each_of

MISTAKES: list[Mistake] = [
    ("suture.yaml", "slack:\n  colour: red", "2: slack.colour: unknown key; known: "),
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
]


@each_of(MISTAKES)
def test_a_mistake_about_chats(tmp_path: Path, mistake: Mistake) -> None:
    check(tmp_path, mistake)
