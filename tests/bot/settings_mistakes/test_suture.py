"""Suture's own settings: mistakes in suture.yaml, and in how a file is written."""

from __future__ import annotations

from pathlib import Path

from tests.bot.settings_mistakes.telling import Mistake, check, each_of

MISTAKES: list[Mistake] = [
    ("suture.yaml", "slak: {}", '1: slak: unknown key; did you mean "slack"?'),
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
]


@each_of(MISTAKES)
def test_a_mistake_in_suture(tmp_path: Path, mistake: Mistake) -> None:
    check(tmp_path, mistake)
