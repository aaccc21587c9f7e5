"""Who may do what, and how urgent what is: mistakes in policy.yaml and priority.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.settings_mistakes.telling import Mistake, check, each_of, messages

MISTAKES: list[Mistake] = [
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


@each_of(MISTAKES)
def test_a_mistake_in_policy(tmp_path: Path, mistake: Mistake) -> None:
    check(tmp_path, mistake)


TABLE = (Path(__file__).parents[3] / "config" / "ssvc-deployer.csv").read_text(encoding="utf-8").splitlines()


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
