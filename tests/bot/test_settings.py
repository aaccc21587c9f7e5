"""A configuration directory becomes settings: defaults, what the files say, what the environment overrides."""

from __future__ import annotations

import copy
import pickle
from datetime import timedelta
from pathlib import Path

import pytest

from bot.model.person import Channel
from bot.model.policy import Act, may
from bot.model.priority_tables import HumanImpact, Priority
from bot.settings import ConfigurationError, Known, Secret, Settings, describe, known_of, load
from bot.settings.load import FILES
from bot.settings.read_ssvc import SHIPPED
from connectors import registry
from connectors.contract.context import Exposure
from connectors.contract.finding import Severity
from connectors.contract.message import Identity
from connectors.formats.mapping import check_mapping
from tests.bot.settings_example import VARIABLES, write_example

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def example(tmp_path: Path) -> Settings:
    return load(write_example(tmp_path / "config"), VARIABLES)


# --- nothing written


def test_an_empty_directory_enables_nothing_and_allows_nothing(tmp_path: Path) -> None:
    settings = load(tmp_path, {})

    assert (settings.slack.enabled, settings.console.enabled, settings.jira.enabled) == (False, False, False)
    assert settings.kept_scan_bytes == 2 * 1024**3
    assert settings.sources == {}
    assert settings.accounts == ()
    assert not may(settings.policy, None, Act.VIEW, environment="", owner="")
    assert settings.database_url.reveal() == "sqlite:///var/suture.db"
    assert settings.public_url == "http://127.0.0.1:8080"
    assert len(settings.priority.ssvc) == 72


def test_files_that_hold_only_comments_are_empty_files(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_text("# nothing yet\n", encoding="utf-8")
    (tmp_path / "policy.yaml").write_text("rules:\n", encoding="utf-8")

    assert load(tmp_path, {}).policy.rules == ()


@pytest.mark.parametrize("beginning", [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99])
def test_no_beginning_of_a_policy_allows_anything(tmp_path: Path, beginning: float) -> None:
    write_example(tmp_path)
    file = tmp_path / "policy.yaml"
    text = file.read_text(encoding="utf-8")
    assert load(tmp_path, VARIABLES).policy.rules
    begin = int(len(text) * beginning)
    for end in range(begin, min(begin + 40, len(text.rstrip()))):
        file.write_text(text[:end], encoding="utf-8")
        assert not _rules_of(tmp_path), text[:end]


def _rules_of(directory: Path) -> object:
    """The rules that hold, () where the configuration is refused."""
    try:
        return load(directory, VARIABLES).policy.rules
    except ConfigurationError:
        return ()


# --- what is shipped


def test_what_is_shipped_loads_without_any_variable() -> None:
    settings = load(CONFIG, {})

    assert settings.console.enabled
    assert settings.sources == {}
    assert settings.people.of(Identity("console", "ana"))
    assert settings.policy.rules


def test_what_is_shipped_loads_with_everything_switched_on(tmp_path: Path) -> None:
    for file in CONFIG.iterdir():
        text = file.read_text(encoding="utf-8").replace("enabled: false", "enabled: true")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    names = ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "JIRA_API_TOKEN", "GITHUB_WEBHOOK_SECRET", "GUARDDUTY_API_KEY")
    names += ("ALERTMANAGER_TOKEN", "SCAN_UPLOAD_TOKEN", "GENERIC_WEBHOOK_SECRET")

    known = known_of(registry.sources(), registry.fixes(), check_mapping)

    settings = load(tmp_path, dict.fromkeys(names, "x" * 32), known)

    assert settings.slack.enabled
    assert len(settings.sources) == 7


def test_what_is_shipped_says_the_defaults(tmp_path: Path) -> None:
    shipped, bare = load(CONFIG, {}), load(tmp_path, {})

    assert shipped.priority == bare.priority
    same = ("limits", "retention", "group_commit", "due", "longest_snooze", "longest_risk_acceptance", "delivery")
    for name in (*same, "context", "watch_every", "public_url", "data_directory", "host", "port"):
        assert getattr(shipped, name) == getattr(bare, name), name


def test_the_two_copies_of_the_72_rows_are_one() -> None:
    assert SHIPPED.read_bytes() == (CONFIG / SHIPPED.name).read_bytes()


# --- what is written


def test_the_installation(example: Settings) -> None:
    assert example.public_url == "https://suture.example.com"
    assert (example.host, example.port, example.data_directory) == ("0.0.0.0", 9000, Path("state"))
    assert example.database_url == Secret("postgresql://suture:pw@db/suture")
    assert (example.limits.alert_body_bytes, example.limits.scan_bytes) == (2 * 1024**2, 10**9)
    assert (example.limits.kept_scan_bytes, example.kept_scan_bytes) == (3 * 10**9, 0)  # kept: none, as it says
    assert example.group_commit.size == 8
    assert [secret.reveal() for secret in example.slack.signing_secrets] == ["old", "the-new-one"]
    assert example.jira.url == "https://example.atlassian.net"
    assert example.due.of(Priority.OUT_OF_CYCLE) == timedelta(days=2)
    assert example.longest_risk_acceptance.of(Priority.DEFER) == timedelta(days=365)
    assert example.context.inventory == (str(Path(example.directory, "assets.csv").absolute()),)


def test_accounts_keep_reading_and_writing_apart(example: Settings) -> None:
    account = example.account("011122223333")

    assert account is not None
    assert account.write is not None
    assert (account.read.secret_access_key, account.read.external_id) == (None, "x")
    assert account.write.secret_access_key == Secret("a")
    assert example.account("11122223333") is None


def test_a_team_completes_how_tickets_are_filled_in(example: Settings) -> None:
    whole, theirs = example.ticket_mapping("security"), example.ticket_mapping("payments")

    assert (whole.project, whole.issue_type, whole.change_issue_type) == ("SEC", "Bug", "Change")
    assert (theirs.project, theirs.issue_type, theirs.change_issue_type) == ("PAY", "Story", "Task")
    assert (theirs.priorities[Priority.IMMEDIATE], theirs.priorities[Priority.DEFER]) == ("Highest", "Lowest")
    assert theirs.fields == whole.fields | {"components": [{"name": "s"}]}
    assert example.ticket_mapping("") == whole


def test_sources_become_what_connectors_get(example: Settings) -> None:
    assert list(example.sources) == ["github", "securityhub"]  # generic is off, and needs no secret
    assert example.sources["github"].options().secrets == ("old", "j")
    assert example.sources["github"].body_bytes == 25 * 1024**2
    assert example.sources["securityhub"].options().allow == ("arn:aws:sns:eu-west-1:111122223333:findings",)
    assert example.sources["securityhub"].body_bytes == 300_000


def test_people_teams_and_what_they_own(example: Settings) -> None:
    ana = example.people.of(Identity("slack", "T2:U9"))

    assert ana is not None
    assert ana == example.people.of(Identity("console", "ana")) == example.people.of(Identity("terminal", "ana"))
    assert example.people.of(Identity("console", "ben")) is None
    assert [team.channel for team in example.people.teams] == [
        Channel("slack", "C0PAY"),
        Channel("console", "security"),
        Channel("teams-webhook", "platform"),
    ]
    assert example.people.of(Identity("oidc", "s-1")) == ana
    assert example.people.teams[1].oidc_groups == frozenset({"sec-ops"})
    assert example.owner_rules[0].matches == (("tag", "team=payments"), ("account", "1*"))
    assert example.owner_rules[0].where.endswith("teams.yaml:14")
    assert example.catch_all == "security"


def test_channels_of_teams_are_named_and_their_addresses_secret(example: Settings) -> None:
    assert example.teams.webhooks == {"platform": Secret("https://hooks.example.com/workflows/w?sig=s3cr3t")}
    assert example.routes[1].channel == Channel("teams-webhook", "platform")
    assert (example.teams.other_hosts, example.teams.buttons_live) == (("hooks.example.com",), timedelta(hours=2))
    assert "s3cr3t" not in f"{example!r} {example.teams}"


def test_rules_of_the_policy(example: Settings) -> None:
    ana, ben = example.people.person("ana"), example.people.person("ben")

    def allowed(person: object, act: Act, environment: str) -> bool:
        assert person in (ana, ben)
        who = ana if person == ana else ben
        return bool(may(example.policy, who, act, environment=environment, owner="payments", fix="close-port"))

    assert allowed(ana, Act.FIX, "staging")
    assert not allowed(ana, Act.FIX, "production")
    assert allowed(ana, Act.VIEW, "")
    assert not allowed(ben, Act.TICKET, "staging")


def test_the_tables_of_priority(example: Settings) -> None:
    tables = example.priority

    assert tables.epss_threshold == 0.3
    assert (tables.exposure_unknown, tables.impact_unknown) == (Exposure.OPEN, HumanImpact.HIGH)
    assert tables.impact_by_tier[1] is HumanImpact.HIGH
    assert tables.detection[0].severities == {Severity.HIGH, Severity.CRITICAL}
    assert tables.attacked_in_the_open("ssh-open", None)
    assert tables.attacked_in_the_open("", 8443)
    assert not tables.attacked_in_the_open("rdp-open", 3389)
    assert tables.internet_facing("edge-proxy")


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    variables = {"DATABASE_URL": "sqlite:///other.db", "SUTURE_DATA": "/tmp/s", "PORT": "7000", "LOG_LEVEL": "DEBUG"}
    without_db = {name: value for name, value in VARIABLES.items() if name != "DB"}  # overridden, so not needed

    settings = load(write_example(tmp_path / "c"), without_db | variables)

    assert settings.database_url.reveal() == "sqlite:///other.db"
    assert (settings.data_directory, settings.port, settings.log_level) == (Path("/tmp/s"), 7000, "debug")


def test_only_the_variables_that_were_passed_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PORT": "99999", "LOG_LEVEL": "loud", "SUTURE_DATA": "/elsewhere"}.items():
        monkeypatch.setenv(name, value)

    settings = load(write_example(tmp_path), VARIABLES)
    assert (settings.log_level, settings.data_directory) == ("info", Path("state"))

    with pytest.raises(ConfigurationError) as refused:
        load(tmp_path, VARIABLES | {"PORT": "99999", "LOG_LEVEL": "loud"})
    assert [(one.file, one.field) for one in refused.value.problems] == [
        ("environment", "LOG_LEVEL"),
        ("environment", "PORT"),
    ]


def test_the_directory_comes_from_the_environment_unless_named(tmp_path: Path) -> None:
    write_example(tmp_path / "one")
    (tmp_path / "two").mkdir()
    variables = VARIABLES | {"SUTURE_CONFIG": str(tmp_path / "one")}

    assert load(None, variables).catch_all == "security"
    assert load(tmp_path / "two", variables).catch_all == ""


# --- secrets


def test_a_secret_is_never_shown(example: Settings) -> None:
    shown = f"{example!r} {example} {example.slack.bot_token} {example.slack.bot_token!r:>60}"

    for value in ("xoxb-1", "the-new-one", "postgresql://suture:pw"):
        assert value not in shown
    assert "env TOKEN" in shown


@pytest.mark.parametrize("carry", [pickle.dumps, copy.deepcopy])
def test_a_secret_is_not_carried_off(carry: object) -> None:
    assert callable(carry)
    with pytest.raises(TypeError, match="not pickled or copied"):
        carry(Secret("x"))


def test_secrets_compare_by_value_and_by_no_other_type() -> None:
    assert Secret("x", "env A") == Secret("x", "env B")
    assert Secret("x") != Secret("y")
    assert Secret("x") != "x"


# --- a source must be able to prove itself


@pytest.mark.parametrize(
    ("source", "fine"),
    [
        ("{secrets: [{env: OLD}]}", True),
        ("{allow: [arn]}", True),
        ("{allow: []}", False),
        ("{secrets: []}", False),
        ("{}", False),
    ],
)
def test_an_enabled_source_needs_a_secret_or_a_list_of_senders(tmp_path: Path, source: str, fine: bool) -> None:
    (tmp_path / "sources.yaml").write_text(f"sources: {{securityhub: {source}}}", encoding="utf-8")
    known = Known({"securityhub": ("aws-sns", "bearer")})

    if fine:
        assert "securityhub" in load(tmp_path, VARIABLES, known).sources
    else:
        with pytest.raises(ConfigurationError, match="enabled but has no secret: it answers 404"):
            load(tmp_path, VARIABLES, known)


def test_a_mapping_is_checked_by_the_source_that_uses_it(tmp_path: Path) -> None:
    text = "sources:\n  generic:\n    secrets: [{env: OLD}]\n    mapping:\n      titel: name\n"
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    known = known_of(registry.sources(), registry.fixes(), check_mapping)

    with pytest.raises(ConfigurationError, match=r"yaml:5: sources.generic.mapping.titel: no such field; there are "):
        load(tmp_path, VARIABLES, known)


# --- what it means


def test_what_the_configuration_means_is_said(example: Settings) -> None:
    said = {(line.topic, line.name): line.text for line in describe(example)}

    assert said[("source", "github")] == ("posts to /v1/alerts/github, proved by 2 secrets (config/sources.yaml:4)")
    assert said[("team", "payments")] == "told in slack:C0PAY, 2 people, led by ben"
    assert "people, and whoever signs in with sec-ops, without a lead" in said[("team", "security")]
    assert said[("route", "slack:C0CODE")].startswith("owner payments, environment staging or unknown, kind code")
    assert said[("account", "011122223333")] == "payments (aws): fixes may run"
    assert said[("tickets", "payments")] == "opened in PAY as Story, each run recorded as Task"
    assert ("silence", "sources") not in said


def test_where_a_source_posts_is_said_of_its_kind(tmp_path: Path) -> None:
    named = ("generic", "sarif", "gitleaks")
    lines = [f"  {name}: {{secrets: [{{env: SECRET}}]}}" for name in named]
    (tmp_path / "sources.yaml").write_text("\n".join(["sources:", *lines]), encoding="utf-8")
    settings = load(tmp_path, {"SECRET": "a-secret-of-this-test-0123456789"})

    said = {line.name: line.text for line in describe(settings, registry.sources()) if line.topic == "source"}

    assert said["generic"].startswith("posts to /v1/alerts/generic, proved by 1 secret")
    assert said["sarif"].startswith("posts to /v1/alerts/sarif and /v1/scans/sarif, proved by 1 secret")
    assert said["gitleaks"].startswith("posts to /v1/scans/gitleaks, proved by 1 secret")  # it quotes secrets


def test_silence_is_said_too(tmp_path: Path) -> None:
    said = {line.name: line.text for line in describe(load(tmp_path, {}))}

    assert said["sources"] == "none is enabled: nothing can come in"
    assert said["policy"] == "no rule: nobody may do anything"
    assert "nobody is told" in said["chat"]
    (tmp_path / "teams.yaml").write_text("teams: [{id: payments, oidc_groups: [ops]}]", encoding="utf-8")
    assert "none makes a member" in {line.name: line.text for line in describe(load(tmp_path, {}))}["oidc_groups"]


def test_a_team_told_in_a_chat_that_is_off_is_said(tmp_path: Path) -> None:
    (tmp_path / "teams.yaml").write_text("teams: [{id: payments, chat: {slack: C0PAY}}, {id: ops, chat: console}]")
    (tmp_path / "routes.yaml").write_text("routes:\n  - {match: {kind: secret}, channel: {slack: C0SEC}}\n")
    said = {(line.topic, line.name): line.text for line in describe(load(tmp_path, {}))}

    told = "not enabled, so nobody is told there of the cases of"
    assert said[("silence", "slack")] == f"{told} team payments, the route at {tmp_path.name}/routes.yaml:2"
    assert said[("silence", "console")] == f"{told} team ops"


def test_permissions_name_the_people_and_their_rule(example: Settings) -> None:
    texts = [line.text for line in describe(example) if (line.topic, line.name) == ("may", "payments")]

    assert texts == [
        "Ana Sousa, ben: fix, undo in staging, by any fix (config/policy.yaml:3)",
        "Ana Sousa, ben: view in any environment (config/policy.yaml:4)",
    ]


def test_how_many_must_agree_and_when_is_said_too(example: Settings) -> None:
    said = {(line.topic, line.name): line.text for line in describe(example)}

    assert said[("level", "L0")].startswith(
        "nobody: it starts by itself: in staging, when defer, what can be undone, at most 1"
    )
    assert said[("level", "L2")] == "the yes of one other person: in any environment (config/policy.yaml:7)"
    assert said[("window", "staging")].startswith("opens at 0 2 * * tue,thu (Europe/Lisbon) for 2:00:00")
    assert said[("window", "any environment")].startswith("the entries of a calendar (1)")
    assert said[("protected", "sg-0aa")].startswith("no fix ever touches it")
    assert said[("silence", "approve")].startswith("no rule lets anybody approve")
