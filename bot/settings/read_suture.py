"""config/suture.yaml: the installation itself: addresses, limits, chat, tracker, context and times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.settings.read_accounts import read_accounts
from bot.settings.read_jira import read_jira
from bot.settings.read_oidc import read_oidc
from bot.settings.read_secret import HOW, read_secret, read_secrets
from bot.settings.read_webhooks import read_webhooks
from bot.settings.secrets import Secret
from bot.settings.section import Section
from bot.settings.units import check_address, has_password
from bot.settings.values import (
    DEFAULT_WATCH,
    DUE,
    LONGEST_RISK_ACCEPTANCE,
    LONGEST_SNOOZE,
    SLACK_API,
    Console,
    ContextFiles,
    DeliverySettings,
    GroupCommit,
    Limits,
    PerPriority,
    Retention,
    Slack,
)
from bot.settings.yaml_lines import Scalar

ENVIRONMENTS = ("production", "staging", "development", "test")


def read_suture(top: Section, *, database_from_environment: bool) -> dict[str, Any]:
    """The fields of :class:`Settings` that this file gives, by name; those it does not name are absent."""
    named = top.placed_texts("environments") or [(each, top.at("environments")) for each in ENVIRONMENTS]
    for name, place in named:
        top.notebook.declare("environment", name, place)
    watch, listen = top.section("watch"), top.section("listen")
    console = _console(top.section("console"))
    fields = {
        "public_url": top.text("public_url", check=check_address).rstrip("/"),
        "environments": tuple(name for name, _ in named),
        "data_directory": top.text("data_directory"),
        "database_url": _database_url(top, resolve=not database_from_environment),
        "host": listen.text("host"),
        "port": listen.number("port", 8080, most=65535),
        "limits": _limits(top.section("limits")),
        "retention": _retention(top.section("retention")),
        "group_commit": _group_commit(top.section("group_commit")),
        "slack": _slack(top.section("slack")),
        "console": console,
        "teams": read_webhooks(top.section("teams"), console=console.enabled),
        "jira": read_jira(top.section("jira")),
        "accounts": read_accounts(top),
        "context": _context(top.section("context")),
        "watch_every": watch.duration("every", DEFAULT_WATCH),
        "due": _per_priority(top.section("due"), DUE),
        "longest_snooze": _per_priority(top.section("longest_snooze"), LONGEST_SNOOZE),
        "longest_risk_acceptance": _per_priority(top.section("longest_risk_acceptance"), LONGEST_RISK_ACCEPTANCE),
        "delivery": _delivery(top.section("delivery")),
    }
    return {name: value for name, value in fields.items() if value not in ("", None)}


def _database_url(top: Section, *, resolve: bool) -> Secret | None:
    node = top.node("database_url")
    if node is None or not isinstance(node, Scalar):
        return read_secret(top, "database_url", resolve=resolve)
    if has_password(node.text):
        top.problem("database_url", "a password is never written in a configuration file", HOW)
        return None
    url = top.text("database_url")
    return Secret(url, "database_url") if url else None


def _limits(section: Section) -> Limits:
    default = Limits()
    return Limits(
        alert_body_bytes=section.size("alert_body_bytes", default.alert_body_bytes),
        scan_bytes=section.size("scan_bytes", default.scan_bytes),
        kept_scan_bytes=section.size("kept_scan_bytes", default.kept_scan_bytes),
        concurrent_requests=section.number("concurrent_requests", default.concurrent_requests),
    )


def _retention(section: Section) -> Retention:
    default = Retention()
    return Retention(
        deliveries=section.duration("deliveries", default.deliveries),
        reports=section.flag("reports", default.reports),
        messages=section.duration("messages", default.messages),
    )


def _group_commit(section: Section) -> GroupCommit:
    default = GroupCommit()
    return GroupCommit(size=section.number("size", default.size, most=10_000))


def _slack(section: Section) -> Slack:
    enabled, socket_mode = section.flag("enabled", False), section.flag("socket_mode", False)
    slack = Slack(
        enabled=enabled,
        socket_mode=socket_mode,
        signing_secrets=read_secrets(section, "signing_secrets", resolve=enabled and not socket_mode),
        app_token=read_secret(section, "app_token", resolve=enabled and socket_mode),
        bot_token=read_secret(section, "bot_token", resolve=enabled),
        api_url=section.text("api_url", SLACK_API, check=check_address),
        direct_messages=section.flag("direct_messages", False),
        files=section.flag("files", False),
        history_scope=section.flag("history_scope", False),
        app_id=section.text("app_id"),
        workspaces=section.texts("workspaces"),
    )
    for key in ("app_token" if socket_mode else "signing_secrets", "bot_token"):
        if enabled and not section.has(key):
            section.problem("enabled", f'slack is enabled but has no "{key}"', HOW)
    return slack


def _console(section: Section) -> Console:
    default = Console()
    enabled = section.flag("enabled", False)
    return Console(
        enabled=enabled,
        session=section.duration("session", default.session),
        idle=section.duration("idle", default.idle),
        oidc=read_oidc(section.section("oidc"), enabled=enabled),
    )


def _context(section: Section) -> ContextFiles:
    def check(reference: str) -> None:
        if "://" in reference:
            check_address(reference)
        elif not Path(section.notebook.directory, reference).exists():
            raise ValueError("there is no such file; paths start at the configuration directory")

    def found(references: tuple[str, ...]) -> tuple[str, ...]:
        base = Path(section.notebook.directory).absolute()
        return tuple(each if "://" in each else str(base / each) for each in references if each)

    return ContextFiles(
        inventory=found(section.texts("inventory", check=check)),
        components=found(section.texts("components", check=check)),
        advisories=found(section.texts("advisories", check=check)),
        known_exploited="".join(found((section.text("known_exploited", check=check),))),
        epss="".join(found((section.text("epss", check=check),))),
        refresh=section.duration("refresh", ContextFiles().refresh),
    )


def _per_priority(section: Section, default: PerPriority) -> PerPriority:
    return PerPriority(
        immediate=section.duration("immediate", default.immediate),
        out_of_cycle=section.duration("out-of-cycle", default.out_of_cycle),
        scheduled=section.duration("scheduled", default.scheduled),
        defer=section.duration("defer", default.defer),
    )


def _delivery(section: Section) -> DeliverySettings:
    default, storm = DeliverySettings(), section.section("storm")
    return DeliverySettings(
        possible_repeat=section.flag("possible_repeat", default.possible_repeat),
        posts_a_minute=section.number("posts_a_minute", default.posts_a_minute, least=10),
        edits_a_minute=section.number("edits_a_minute", default.edits_a_minute, least=10),
        gather=section.duration("gather", default.gather),
        storm_cases=storm.number("cases_a_minute", default.storm_cases),
        storm_quiet=storm.duration("quiet", default.storm_quiet),
        storm_again=storm.duration("again", default.storm_again),
    )
