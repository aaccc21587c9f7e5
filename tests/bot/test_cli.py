"""The command line as a person meets it: its words and its exit code."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.at_terminal import account
from bot.cli import app
from bot.settings import ConfigurationError
from bot.store import audit
from bot.store.db import Store
from tests.bot.terminal import Terminal
from tests.connectors.sources.payloads import one
from tests.databases import Clock
from tests.harness.process import ROOT

MAPPING = "mapping: {items: alerts, title: name, rule: name, severity: level, resource.id: %s}"
FOREIGN = {"alerts": [{"name": "Open door", "level": "high", "machine": {"name": "pay-1"}}]}


def test_check_says_which_source_and_owner_would_get_what(terminal: Terminal) -> None:
    said = terminal.good("check")
    assert re.search(r"source\s+generic\s+posts to /v1/alerts/generic, proved by 2 secrets", said)
    assert re.search(r"owns\s+payments\s+host pay-\*", said)
    assert re.search(r"team\s+payments\s+told in console:payments", said)
    assert "aws-guardduty" not in said
    assert "The configuration is good." in said


def test_check_names_every_mistake_with_file_and_line(terminal: Terminal) -> None:
    terminal.write(
        "sources.yaml", "sources:\n  generc: {secrets: [{env: TEST_SECRET}]}\n  trivy: {secrets: [{env: NONE}]}\n"
    )
    terminal.write("teams.yaml", "people: []\nteams:\n  - {id: payments, name: Payments, ownz: []}\n")
    code, out, err = terminal.process("check")
    assert code == 2
    assert "good" not in out
    assert re.search(r'sources\.yaml:2: .*generc.*did you mean "generic"', err)
    assert re.search(r"sources\.yaml:3: .*NONE", err)
    assert re.search(r'teams\.yaml:3: .*ownz.*did you mean "owns"', err)


def test_check_refuses_a_database_that_we_do_not_speak_with(terminal: Terminal) -> None:
    code, _, err = terminal.process("check", DATABASE_URL="mysql://suture:hunter2@db.example.com/x")
    assert code == 2
    assert "DATABASE_URL: mysql is not a database we speak; write sqlite:///" in err
    assert "hunter2" not in err
    terminal.variables["DATABASE_URL"] = "no address"
    with pytest.raises(ConfigurationError, match="no address of a database"):
        terminal.run("check")


def test_a_database_without_tables_or_out_of_reach_says_what_to_do(terminal: Terminal, tmp_path: Path) -> None:
    code, _, err = terminal.process("audit", "verify", DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert (code, "suture db upgrade" in err) == (1, True)
    assert f"The database is sqlite:///{tmp_path}/new.db: by DATABASE_URL" in err
    for words in (("audit", "verify"), ("db", "upgrade")):
        code, _, err = terminal.process(
            *words, DATABASE_URL="postgresql://suture:hunter2@127.0.0.1:9/x?password=hunter2"
        )
        assert code == 1
        assert "The database is postgresql://suture:***@127.0.0.1:9/x: by DATABASE_URL" in err
        assert "hunter2" not in err


def test_explain_tells_each_stage_and_stores_nothing(terminal: Terminal) -> None:
    before = terminal.rows()
    path = ROOT / "tests" / "payloads" / "generic" / "several.json"
    said = terminal.good("explain", str(path), "--source", "generic")
    for stage in (
        "deduplicate: new",
        "enrich: ",
        "suppress: open",
        "group: begins a new case",
        "prioritize: ",
        "route: ",
    ):
        assert f"   {stage}" in said
    assert "quarantined at /findings/2/resource/id: this is needed" in said
    assert "owner platform" in said
    assert "console platform" in said
    assert terminal.rows() == before
    assert terminal.good("explain", "-", "--source", "generic", stdin=path.read_bytes()) == said


def test_explain_says_what_cannot_be_explained(terminal: Terminal, tmp_path: Path) -> None:
    code, _, err = terminal.run("explain", str(tmp_path / "nothing.json"), "--source", "generic")
    assert (code, "cannot be read: No such file" in err) == (2, True)
    code, _, err = terminal.run("explain", "-", "--source", "nobody", stdin=b"{}")
    assert (code, "there is no source 'nobody'" in err) == (2, True)
    assert "answered 400" in terminal.good("explain", "-", "--source", "generic", stdin=b"no json")


def test_replay_reads_what_was_quarantined_once_the_mapping_is_mended(terminal: Terminal) -> None:
    def mapped(expression: str) -> None:
        source = f"generic: {{secrets: [{{env: TEST_SECRET}}], {MAPPING % expression}}}"
        terminal.write("sources.yaml", f"sources:\n  {source}\n")

    mapped("host")
    delivery = terminal.store(json.dumps(FOREIGN).encode())
    assert terminal.rows()["quarantine"] == 1
    assert "0 findings read, 0 of them new; 0 records released from quarantine, 1 still" in terminal.good(
        "replay", delivery
    )

    mapped("machine.name")
    assert "1 finding read, 1 of them new; 1 record released" in terminal.good("replay", delivery)
    after = terminal.rows()
    assert (after["finding"], after["cases"], after["message"]) == (1, 1, 1)

    assert "1 finding read, 0 of them new; 0 records released" in terminal.good("replay", delivery)
    assert {name: terminal.rows()[name] for name in ("finding", "cases", "message")} == {
        name: after[name] for name in ("finding", "cases", "message")
    }
    code, _, err = terminal.run("replay", "nothing")
    assert (code, "There is no delivery 'nothing'" in err) == (1, True)


def it_came(terminal: Terminal, *, hours: int) -> None:
    """Everything stored came so long ago, by the clock that the command line reads."""
    at = int((datetime.now(UTC) - timedelta(hours=hours)).timestamp() * 1_000_000)
    with closing(sqlite3.connect(terminal.database)) as database:
        database.execute("update delivery set received_at = ?", (at,))
        database.commit()


def test_replay_of_a_source_is_looked_at_first_and_then_applied(terminal: Terminal) -> None:
    def mapped(expression: str) -> None:
        terminal.write(
            "sources.yaml",
            f"sources:\n  generic: {{secrets: [{{env: TEST_SECRET}}], {MAPPING % expression}}}\n",
        )

    mapped("host")
    terminal.store(json.dumps(FOREIGN).encode())
    mapped("machine.name")
    it_came(terminal, hours=3)
    before = terminal.rows()

    said = terminal.good("replay", "--source", "generic")
    assert re.search(r"^ *1 → 1 +1 +1 +0 +0 +0 +1 +0 +0", said, re.MULTILINE)
    assert "new, high: Open door (pay-1)" in said
    assert "It would be: 1 new finding, 0 changed, 1 record out of quarantine. Nothing was changed" in said
    assert terminal.rows() == before

    assert "Done: 1 new finding" in terminal.good("replay", "--source", "generic", "--apply")
    assert terminal.rows()["message"] == 1
    assert "Nothing would change." in terminal.good("replay", "--source", "generic", "--since", "4h")
    assert "1 → 1" not in terminal.good("replay", "--source", "generic", "--since", "2h")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["replay"], 2, "name one DELIVERY, or a --source"),
        (["replay", "d-1", "--source", "generic"], 2, "name one DELIVERY, or a --source"),
        (["replay", "--source", "generic", "--since", "long"], 2, "write a number and ms, s, m, h, d or w"),
        (["replay", "--source", "genric"], 1, "There is no source 'genric'"),
    ],
    ids=["nothing", "both", "no span", "no source"],
)
def test_replay_says_what_is_wrong_with_the_question(
    terminal: Terminal, words: Sequence[str], code: int, said: str
) -> None:
    answered, out, err = terminal.run(*words)
    assert (answered, said in out + err) == (code, True), out + err


def test_sources_says_how_each_stands(terminal: Terminal) -> None:
    terminal.write(
        "sources.yaml",
        "sources:\n"
        "  generic: {secrets: [{env: TEST_SECRET}]}\n"
        "  github: {enabled: false, secrets: [{env: NOWHERE}, {file: no/such}]}\n"
        "  trivy: {enabled: false, secrets: [{env: TEST_TOKEN}]}\n"
        "  sarif: {enabled: false}\n",
    )
    terminal.store(one("generic/several").body)
    it_came(terminal, hours=3)
    said = terminal.good("sources")
    for line in (
        r"generic +on +3 hours ago +1 +0 +[1-9]\d* +[1-9]\d* +1 ",
        r"github +off: enabled: false \(\S+:3\); env NOWHERE and file no/such are empty +never ",
        r"trivy +off: enabled: false \(\S+:4\) +never ",
        r"sarif +off: enabled: false \(\S+:5\); it names no secret +never ",
        r"alertmanager +not named in config/sources.yaml +never ",
    ):
        assert re.search(rf"^ *{line}", said, re.MULTILINE), said
    assert said.index("generic") < said.index("github") < said.index("alertmanager")

    told = {each["source"]: each for each in json.loads(terminal.good("sources", "--json"))}
    assert (told["generic"]["enabled"], told["generic"]["secrets"]) == (True, ["env TEST_SECRET"])
    assert told["generic"]["last_received_at"].endswith("+00:00")
    assert told["github"]["empty"] == ["env NOWHERE", "file no/such"]
    assert told["alertmanager"]["why_not"] == "not named in config/sources.yaml"


def test_audit_verify_names_the_first_record_that_was_changed(terminal: Terminal) -> None:
    async def write() -> None:
        store = Store(terminal.variables["DATABASE_URL"])
        for number in range(1, 6):
            record = audit.Record(
                at=Clock()(), who="ana", act="mine", target=f"S-{number}", where_from="test", outcome="done"
            )
            async with store.write() as connection:
                await audit.append(connection, [record])
        await store.close()

    asyncio.run(write())
    said = terminal.good("audit", "verify")
    assert "5 records, every one as it was written" in said
    (head,) = re.findall(r"Head: (\S+)", said)
    assert "5 records" in terminal.good("audit", "verify", "--head", head)

    with closing(sqlite3.connect(terminal.database)) as database:
        for (name,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f'drop trigger "{name}"')
        database.execute("update audit set who = 'ben' where sequence in (3, 4)")
        database.commit()
    code, _, err = terminal.run("audit", "verify")
    assert code == 1
    assert "The trail is broken at record 3" in err
    code, _, err = terminal.run("audit", "verify", "--head", "not a head")
    assert (code, "no head of an audit trail" in err) == (1, True)


def test_an_exported_trail_is_checked_without_the_database(terminal: Terminal, tmp_path: Path) -> None:
    terminal.good("sign-out", "ana")
    lines = terminal.good("audit", "export")
    assert [json.loads(line)["act"] for line in lines.splitlines()] == ["end-sessions", "export"]
    (tmp_path / "trail.jsonl").write_text(lines, encoding="utf-8")
    said = terminal.good("audit", "verify", "--file", str(tmp_path / "trail.jsonl"))
    assert "2 records, every one as it was written" in said

    (tmp_path / "trail.jsonl").write_text(lines.replace("person ana", "person ben"), encoding="utf-8")
    code, _, err = terminal.run("audit", "verify", "--file", str(tmp_path / "trail.jsonl"))
    assert (code, "broken at record 1" in err) == (1, True)

    rows = terminal.good("audit", "export", "--format", "csv", "--from", "2999-01-01").splitlines()
    assert rows == ['"sequence","at","who","act","target","where_from","outcome","detail","previous","hash"']
    assert terminal.run("audit", "export", "--to", "soon")[0] == 2


def test_affected_and_sign_in_answer_at_the_terminal(terminal: Terminal) -> None:
    terminal.store(one("generic/several").body)
    said = terminal.good("affected", "CVE-2014-0160")
    assert "1 open finding in 1 case" in said
    assert "S-1 <http://127.0.0.1/cases/S-1>" in said
    assert "no system that we know of has a package called openssl" in terminal.good("affected", "openssl<1.0.1g")
    assert re.search(r"^http://127\.0\.0\.1/sign-in\?token=\S{40,}\n$", terminal.good("sign-in", "ana"))
    code, out, err = terminal.run("sign-in", "nobody")
    assert (code, "There is no person 'nobody'" in out + err) == (1, True)


def test_the_words_of_the_chat_are_typed_as_the_person_whose_account_it_is(terminal: Terminal) -> None:
    code, _, err = terminal.run("whoami")
    assert (code, f"no person in config/teams.yaml has {account()} as terminal" in err) == (1, True)
    teams = terminal.config / "teams.yaml"
    known = teams.read_text(encoding="utf-8").replace("id: ana,", f"id: ana, terminal: {account()},")
    teams.write_text(known, encoding="utf-8")
    rule = "{who: anyone, acts: [view, mine, acknowledge, snooze], environments: any}"
    terminal.write("policy.yaml", f"rules:\n  - {rule}\n")
    terminal.store(one("generic/several").body)
    terminal.variables["LOGNAME"] = "ben"  # what the environment says is whoever types it

    said = terminal.good("whoami")
    assert "You are Ana Sousa (ana), of Payments (lead)." in said
    assert re.search(r"slack T0SUTURE1:U0ANA.* config/teams.yaml", said)
    assert f"terminal {account()}" in said
    assert "S-1" in terminal.good("list")
    assert terminal.good("snooze", "S-1", "1d", "we move on Friday")
    assert "Snoozed until" in terminal.good("show", "S-1")
    assert "Ana Sousa snooze: done" in terminal.good("audit", "S-1")
    assert "snooze" in terminal.good("help")

    code, _, err = terminal.run("lisst")
    assert (code, "Did you mean 'list'?" in err) == (2, True)
    assert terminal.run("show", "S-99")[0] == 1


COMMANDS = (
    *("serve", "web", "worker", "check", "explain", "scan", "replay", "sources", "send", "sign-in", "sign-out"),
    *("affected", "may", "demo", "audit", "db"),
)


@pytest.mark.parametrize("words", [(), ("audit", "verify"), ("db", "upgrade"), *((name,) for name in COMMANDS)])
def test_every_command_tells_how_it_is_used(words: Sequence[str]) -> None:
    told = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200"})
    assert told.exit_code == 0
    assert "Usage:" in told.output


def test_the_commands_are_listed_with_what_each_is_for() -> None:
    told = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    listed = re.findall(r"^│ ([a-z][a-z-]*) +(\S.*?) *│$", told, re.MULTILINE)
    assert tuple(name for name, _ in listed) == COMMANDS
    assert dict(listed)["check"] == "Check the configuration, and say which source and owner would get what."


def test_an_unknown_command_and_the_version() -> None:
    assert CliRunner().invoke(app, ["srve"]).exit_code == 2
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, bool(re.fullmatch(r"\d+\.\d+\.\d+\n", told.output))) == (0, True)


def test_may_says_which_rule_and_who_could_and_its_exit_code_is_the_answer(terminal: Terminal) -> None:
    terminal.write(
        "policy.yaml",
        "rules:\n"
        "  - {who: owner, acts: [view, snooze], environments: any}\n"
        "  - {who: lead, acts: [fix], environments: any, fixes: [aws.close-open-port]}\n",
    )
    terminal.store(one("generic/several").body)
    code, out, _ = terminal.run("may", "ana", "snooze", "pay-9")
    assert (
        code,
        'Yes: Ana Sousa may "snooze" on pay-9, by ' in out,
        "policy.yaml:2. Who could: Ana Sousa." in out,
    ) == (
        0,
        True,
        True,
    )
    assert "pay-9: Payments, environment unknown (host pay-* on pay-9" in out

    code, out, _ = terminal.run("may", "ben", "snooze", "pay-9")
    assert (code, "No: No rule in config/policy.yaml lets Ben Okafor" in out, "Who could: Ana Sousa." in out) == (
        1,
        True,
        True,
    )
    code, out, _ = terminal.run("may", "ana", "fix", "pay-9")  # one of the fixes only
    assert (code, out.count("Yes: "), "(aws.block-public-s3) where the environment is unknown" in out) == (1, 1, True)
    assert terminal.run("may", "ana", "fix", "pay-9", "--fix", "aws.close-open-port")[0] == 0
    assert terminal.run("may", "ana", "view", "S-1")[0] in (0, 1)
    for words in (("nobody", "view", "S-1"), ("ana", "view", "S-999"), ("ana", "fix", "pay-9", "--fix", "x")):
        code, _, err = terminal.run("may", *words)
        assert (code, "there is no " in err) == (2, True)
    assert terminal.run("may", "ana", "dance", "S-1")[0] == 2
