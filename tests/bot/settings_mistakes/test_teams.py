"""People, teams and what they own: mistakes in teams.yaml."""

from __future__ import annotations

from pathlib import Path

from tests.bot.settings_mistakes.telling import Mistake, check, each_of

PEOPLE = "people: [{id: ana, slack: 'T1:U1'}]\nteams: [{id: payments}]\n"
ON_CALL = "people: [{{id: ana}}]\nteams: [{{id: a, on_call: {}}}]\n"
MISTAKES: list[Mistake] = [
    (
        "teams.yaml",
        'people: [{id: ana, name: "Ana\\u202eSousa"}]',
        "1: people[0].name: has a character in it that nobody sees; "
        "type it anew; what was pasted may say something else",
    ),
    (
        "teams.yaml",
        "teams: [{id: a, jira: {priorities: {urgent: High}}}]",
        "1: teams[0].jira.priorities.urgent: unknown key; known: defer, immediate, out-of-cycle, scheduled",
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
]


@each_of(MISTAKES)
def test_a_mistake_in_teams(tmp_path: Path, mistake: Mistake) -> None:
    check(tmp_path, mistake)
