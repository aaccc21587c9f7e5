"""What the configuration says, as frozen values. Each has a sensible default: an empty directory enables nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.model.ownership import OwnerRule
from bot.model.person import People
from bot.model.policy import Policy
from bot.model.priority_tables import Priority, PriorityTables
from bot.model.routing import Route
from bot.model.ticket_mapping import TicketMapping
from bot.settings.secrets import Secret
from bot.settings.values_teams import DigestTimes, OnCallSettings
from connectors.contract.source import SourceOptions

MEBIBYTE = 1024 * 1024
SLACK_API = "https://slack.com/api/"
DEFAULT_DATA = Path("var")
DEFAULT_WATCH = timedelta(minutes=30)

# GitHub sends up to 25 MB, and what is refused it does not send again by itself.
ALERT_BODY_BYTES_BY_SOURCE: Mapping[str, int] = {"github": 25 * MEBIBYTE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    alert_body_bytes: int = MEBIBYTE
    scan_bytes: int = 512 * MEBIBYTE
    kept_scan_bytes: int = 2048 * MEBIBYTE  # all kept reports together, packed
    concurrent_requests: int = 256  # beyond it: 503 with Retry-After


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    deliveries: timedelta = timedelta(days=90)  # raw bodies, kept for replay
    reports: bool = True  # report files are kept as long, within limits.kept_scan_bytes
    messages: timedelta = timedelta(days=365)  # message rows of closed cases


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCommit:
    size: int = 64  # requests at most in one commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    enabled: bool = False
    signing_secrets: tuple[Secret, ...] = ()  # one, or two while rotating
    bot_token: Secret | None = None
    socket_mode: bool = False  # we call Slack and keep the line open, instead of Slack calling us
    app_token: Secret | None = None  # for Socket Mode
    api_url: str = SLACK_API
    direct_messages: bool = False  # granted im:write: an immediate case is brought to one person too
    files: bool = False  # granted files:write and im:write: a long answer is sent whole, as a file
    history_scope: bool = False  # granted: a lost answer is looked up instead of repeated
    app_id: str = ""  # "" : any; else requests for another app are refused
    workspaces: tuple[str, ...] = ()  # team ids; empty: any the token belongs to


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """Microsoft Teams one way: the channels' Workflows webhooks by the names that teams and routes use."""

    webhooks: Mapping[str, Secret] = field(default_factory=dict)
    other_hosts: tuple[str, ...] = ()  # besides Microsoft's
    buttons_live: timedelta = timedelta(hours=12)  # how long a card's links open the page that confirms an act


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """The company's OpenID Connect provider; "" as issuer: none, and people sign in by one-time link."""

    issuer: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    name: str = ""  # what the button calls it
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    groups_claim: str = "groups"


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    enabled: bool = False
    session: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)
    oidc: Oidc = field(default_factory=Oidc)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jira:
    """Cloud takes ``email`` and ``api_token``, Data Center ``personal_access_token``; never both."""

    enabled: bool = False
    url: str = ""
    email: str = ""
    api_token: Secret | None = None
    personal_access_token: Secret | None = None
    webhook_secrets: tuple[Secret, ...] = ()  # one, or two while rotating; none: Jira's word is not listened to
    mapping: TicketMapping = field(default_factory=lambda: TicketMapping(issue_type="Task"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How to get into an account: a named profile, or keys, or neither (the machine's own role); then maybe a role."""

    profile: str = ""
    role_arn: str = ""
    external_id: str = ""
    access_key_id: str = ""
    secret_access_key: Secret | None = None
    session_token: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A place we may read and, with ``write``, change. Without ``write`` no fix runs there."""

    platform: str  # aws
    id: str
    name: str
    environment: str = ""
    regions: tuple[str, ...] = ()
    endpoint_url: str = ""  # "" : the platform's own
    read: Credentials = field(default_factory=Credentials)
    write: Credentials | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextFiles:
    """Where context is read: absolute paths or https addresses."""

    inventory: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    advisories: tuple[str, ...] = ()
    known_exploited: str = ""  # "" : not loaded, and every sentence says so
    epss: str = ""
    refresh: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerPriority:
    """A span of time for each priority."""

    immediate: timedelta
    out_of_cycle: timedelta
    scheduled: timedelta
    defer: timedelta

    def of(self, priority: Priority) -> timedelta:
        """The span of one priority."""
        spans: dict[Priority, timedelta] = {
            Priority.IMMEDIATE: self.immediate,
            Priority.OUT_OF_CYCLE: self.out_of_cycle,
            Priority.SCHEDULED: self.scheduled,
            Priority.DEFER: self.defer,
        }
        return spans[priority]


def _days(immediate: int, out_of_cycle: int, scheduled: int, defer: int) -> PerPriority:
    return PerPriority(
        immediate=timedelta(days=immediate),
        out_of_cycle=timedelta(days=out_of_cycle),
        scheduled=timedelta(days=scheduled),
        defer=timedelta(days=defer),
    )


DUE = _days(1, 7, 30, 90)
LONGEST_SNOOZE = _days(1, 7, 30, 90)
LONGEST_RISK_ACCEPTANCE = _days(14, 90, 180, 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """How messages go out. The two paces are the whole workspace's, for chats that have such a limit."""

    possible_repeat: bool = (
        True  # a lost answer that cannot be looked up: send once more, marked; False: leave to a person
    )
    posts_a_minute: int = 240  # Slack: "several hundred"
    edits_a_minute: int = 45  # Slack: fifty
    # How long growing numbers gather before a card that stands is edited for them; what concerns a person never waits.
    gather: timedelta = timedelta(seconds=10)
    storm_cases: int = 10  # more new cases a minute than this waiting for one channel are told as one digest
    storm_quiet: timedelta = timedelta(minutes=5)  # without a new case, a storm is over
    storm_again: timedelta = timedelta(minutes=10)  # between two digests of storms where nothing can be edited


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One enabled source of config/sources.yaml."""

    id: str
    secrets: tuple[Secret, ...] = ()  # one, or two while rotating
    allow: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)  # field -> JMESPath
    environment: str = ""
    body_bytes: int = MEBIBYTE  # the largest alert it may post
    where: str = ""  # config/sources.yaml:4

    def options(self) -> SourceOptions:
        """What the connector gets, secrets revealed: make it where it is used, keep it out of logs."""
        return SourceOptions(
            secrets=tuple(secret.reveal() for secret in self.secrets),
            allow=self.allow,
            mapping=dict(self.mapping),
            environment=self.environment,
        )


@dataclass(frozen=True, slots=True)
class SourceOff:
    """A source of config/sources.yaml that says ``enabled: false``, or whose secret is not there: what it lacks."""

    id: str
    secrets: tuple[str, ...] = ()  # where they are to be read: env GITHUB_WEBHOOK_SECRET, file /run/secrets/github
    missing: tuple[str, ...] = ()  # those of ``secrets`` that are not there, or empty
    where: str = ""  # config/sources.yaml:4
    lacks: tuple[str, ...] = ()  # of one that is enabled: what is wrong, with file and line; it stops every start


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration, checked."""

    priority: PriorityTables
    database_url: Secret  # a URL may hold a password; reveal() it at the engine only
    directory: str = ""  # the configuration directory, as it was named
    log_level: str = "info"
    public_url: str = "http://127.0.0.1:8080"
    environments: tuple[str, ...] = ()  # those that the configuration speaks of
    data_directory: Path = DEFAULT_DATA
    host: str = "127.0.0.1"
    port: int = 8080
    worker_port: int | None = None  # where `suture worker` answers for itself
    limits: Limits = field(default_factory=Limits)
    retention: Retention = field(default_factory=Retention)
    group_commit: GroupCommit = field(default_factory=GroupCommit)
    slack: Slack = field(default_factory=Slack)
    teams: Teams = field(default_factory=Teams)
    console: Console = field(default_factory=Console)
    jira: Jira = field(default_factory=Jira)
    accounts: tuple[Account, ...] = ()
    context: ContextFiles = field(default_factory=ContextFiles)
    watch_every: timedelta = DEFAULT_WATCH
    due: PerPriority = DUE
    longest_snooze: PerPriority = LONGEST_SNOOZE
    longest_risk_acceptance: PerPriority = LONGEST_RISK_ACCEPTANCE
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    sources_off: Mapping[str, SourceOff] = field(default_factory=dict)
    people: People = field(default_factory=People)
    owner_rules: tuple[OwnerRule, ...] = ()
    catch_all: str = ""  # a team's id; "" : none
    on_call: Mapping[str, OnCallSettings] = field(default_factory=dict)  # by the team's id
    digests: Mapping[str, DigestTimes] = field(default_factory=dict)  # by the team's id
    routes: tuple[Route, ...] = ()
    policy: Policy = field(default_factory=Policy)

    def account(self, account_id: str) -> Account | None:
        """The account we hold of that id, or None: what an alert names is only a lookup key."""
        return next((account for account in self.accounts if account.id == account_id), None)

    @property
    def kept_scan_bytes(self) -> int:
        """How much of report files is kept for reading again; 0 for nothing."""
        return self.limits.kept_scan_bytes if self.retention.reports else 0

    @property
    def change_recorders(self) -> tuple[str, ...] | None:
        """The teams whose runs get a change record; () for none, None for all and everybody."""
        if not self.jira.enabled:
            return ()
        if self.jira.mapping.change_issue_type:
            return None
        return tuple(team.id for team in self.people.teams if team.jira.change_issue_type)

    def ticket_mapping(self, team_id: str) -> TicketMapping:
        """How a team's tickets are filled in; those of nobody, or of a team of the past, as the installation says."""
        team = self.people.team(team_id)
        return team.jira.over(self.jira.mapping) if team else self.jira.mapping
