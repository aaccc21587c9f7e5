"""What Suture reads: mistakes about sources, accounts and the inventory."""

from __future__ import annotations

from pathlib import Path

from tests.bot.settings_mistakes.telling import Mistake, check, each_of

MISTAKES: list[Mistake] = [
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
        "sources: {gcp-scc: {secrets: [{env: SET}]}}",
        "1: sources.gcp-scc: enabled but names nobody who may send: its vendor signs by itself, and no secret is a "
        "proof; write allow: [ADDRESS], or enabled: false",
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
]


@each_of(MISTAKES)
def test_a_mistake_about_what_is_read(tmp_path: Path, mistake: Mistake) -> None:
    check(tmp_path, mistake)
