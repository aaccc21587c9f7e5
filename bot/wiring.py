"""The one file that knows which connectors are enabled: settings in, everything a process needs out."""

from __future__ import annotations

import os
import secrets
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import httpx2

from bot.accounts import HeldAccounts
from bot.engine import Engine
from bot.reading.apart import ReadsApart
from bot.reading.here import Reads, ReadsHere
from bot.settings import Known, Settings, known_of, load
from bot.store.db import Store
from bot.store.press_links import PressLinks
from bot.store.spool import Spool
from connectors import registry
from connectors.chat.console import ConsoleChat
from connectors.chat.teams_webhook.options import TeamsWebhookOptions
from connectors.contract.directory import Directory
from connectors.contract.fix import Fix
from connectors.contract.message import Chat
from connectors.contract.source import Source
from connectors.contract.ticket import Tracker
from connectors.formats import mapping
from connectors.keys import HttpKeys
from connectors.trackers.jira import JiraOptions, JiraTracker

if TYPE_CHECKING:
    from connectors.chat.slack import SlackDoor, SlackOptions, SlackSocket
    from connectors.oidc import OidcProvider

Clock = Callable[[], datetime]

_SLACK_PACE = 1.05  # seconds between two messages to one channel; Slack allows one a second
_TEAMS_PACE = 0.26  # Workflows throttle above four a second


def wall_clock() -> datetime:
    """The real time; everything else is given a clock."""
    return datetime.now(UTC)


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that this machine trusts, read once: for each client anew it takes a tenth of a second."""
    return httpx2.create_ssl_context()


def random_id() -> str:
    """128 random bits, safe in URLs."""
    return secrets.token_urlsafe(16)


def random_key() -> bytes:
    """256 random bits, for a key of our own."""
    return secrets.token_bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Everything a process works with."""

    settings: Settings
    store: Store
    engine: Engine
    sources: Mapping[str, Source]
    fixes: Mapping[str, Fix]
    chats: Mapping[str, Chat]
    trackers: Mapping[str, Tracker]
    accounts: HeldAccounts
    http: httpx2.AsyncClient
    keys: HttpKeys
    slack: SlackDoor | None
    links: PressLinks
    reads: Reads
    socket: SlackSocket | None = None
    directories: Mapping[str, Directory] = field(default_factory=dict)
    oidc: OidcProvider | None = None
    clock: Clock = wall_clock
    new_id: Callable[[], str] = random_id
    pace: Mapping[str, float] = field(default_factory=dict)
    closing: tuple[Callable[[], Awaitable[None]], ...] = ()

    @property
    def spool(self) -> Spool:
        """Where report files lie."""
        return Spool(self.store, self.settings.data_directory)

    async def close(self) -> None:
        """Let go of the database and the network."""
        if self.slack is not None:
            await self.slack.settle()
        await self.reads.close()
        await self.http.aclose()
        for close in self.closing:
            await close()
        await self.store.close()


def known() -> Known:
    """What the connectors offer, for checking a configuration against."""
    return known_of(registry.sources(), registry.fixes(), mapping.check_mapping)


def settings_of(directory: str | None, variables: Mapping[str, str], *, lacking: bool = False) -> Settings:
    """The configuration, checked against what is installed; ``lacking`` as for ``load``. Raises ConfigurationError."""
    return load(directory, variables, known(), lacking=lacking)


def executor_name(variables: Mapping[str, str], *, sqlite: bool) -> str:
    """This worker's name in the engine. One machine has one worker; among many, each must have its own."""
    if variables.get("SUTURE_WORKER"):
        return variables["SUTURE_WORKER"]
    if sqlite:
        return "serve"
    return variables.get("DYNO") or f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


def wire(settings: Settings, variables: Mapping[str, str], *, clock: Clock = wall_clock, apart: bool = False) -> Wiring:
    """Put a process together. Nothing is started or connected yet.

    ``apart``: what is large is read in processes of their own."""
    store = Store(settings.database_url.reveal())
    polling = float(variables.get("SUTURE_POLLING", "0.1"))
    engine = Engine(store, executor=executor_name(variables, sqlite=store.sqlite), clock=clock, polling=polling)
    http = httpx2.AsyncClient(follow_redirects=False, timeout=5.0, verify=trusted())
    slack = _slack(settings, clock)
    links = PressLinks(store, settings.public_url, settings.teams.buttons_live, clock, random_key)
    oidc = _oidc(settings, clock)
    return Wiring(
        settings=settings,
        store=store,
        engine=engine,
        sources=registry.sources(),
        fixes=registry.fixes(),
        chats={"console": ConsoleChat()} | slack.chats | _teams(settings, links),
        trackers=_trackers(settings),
        accounts=HeldAccounts(settings.accounts),
        http=http,
        keys=HttpKeys(http, clock),
        slack=slack.door,
        socket=slack.socket,
        directories=slack.directories,
        links=links,
        reads=ReadsApart() if apart else ReadsHere(),
        oidc=oidc,
        clock=clock,
        pace={"slack": float(variables.get("SUTURE_SLACK_PACE", _SLACK_PACE)), "teams-webhook": _TEAMS_PACE},
        closing=(*slack.closing, oidc.close) if oidc is not None else slack.closing,
    )


@dataclass(frozen=True, slots=True)
class _Slack:
    """What speaks with Slack; nothing at all where it is not enabled."""

    chats: dict[str, Chat] = field(default_factory=dict)
    directories: Mapping[str, Directory] = field(default_factory=dict)
    door: SlackDoor | None = None
    socket: SlackSocket | None = None
    closing: tuple[Callable[[], Awaitable[None]], ...] = ()


def _slack(settings: Settings, clock: Clock) -> _Slack:
    if not settings.slack.enabled:
        return _Slack()
    # Imported only where it is used: Slack's libraries are a fifth of the whole start.
    from connectors.chat.slack import SlackChat, SlackDoor, SlackMembers, SlackSocket

    options = _slack_options(settings)
    chat, members = SlackChat(options), SlackMembers(options, clock)
    door = SlackDoor(options, chat)
    return _Slack(
        chats={"slack": chat},
        directories={"slack": members},
        door=door,
        socket=SlackSocket(options, door) if options.app_token else None,
        closing=(chat.close, members.close),
    )


def _slack_options(settings: Settings) -> SlackOptions:
    from connectors.chat.slack import SlackOptions

    slack = settings.slack
    return SlackOptions(
        signing_secrets=() if slack.socket_mode else tuple(secret.reveal() for secret in slack.signing_secrets),
        app_token=slack.app_token.reveal() if slack.socket_mode and slack.app_token else "",
        bot_token=slack.bot_token.reveal() if slack.bot_token else "",
        api_url=slack.api_url.rstrip("/") + "/",
        history_scope=slack.history_scope,
        files_scope=slack.files,
        app_id=slack.app_id,
        teams=slack.workspaces,
    )


def _teams(settings: Settings, links: PressLinks) -> dict[str, Chat]:
    teams = settings.teams
    if not teams.webhooks:
        return {}
    from connectors.chat.teams_webhook.client import PLATFORM, TeamsWebhook

    addresses = {name: url.reveal() for name, url in teams.webhooks.items()}
    options = TeamsWebhookOptions(webhooks=addresses, link=links.to, other_hosts=teams.other_hosts)
    return {PLATFORM: TeamsWebhook(options)}


def _oidc(settings: Settings, clock: Clock) -> OidcProvider | None:
    oidc = settings.console.oidc
    if not settings.console.enabled or not oidc.issuer or oidc.client_secret is None:
        return None
    # Imported only where it is used, as Slack is.
    from connectors.oidc import OidcOptions, OidcProvider

    options = OidcOptions(
        issuer=oidc.issuer,
        client_id=oidc.client_id,
        client_secret=oidc.client_secret.reveal(),
        redirect_uri=f"{settings.public_url.rstrip('/')}/sign-in/oidc/callback",
        scopes=oidc.scopes,
        groups_claim=oidc.groups_claim,
    )
    return OidcProvider(options, httpx2.AsyncClient(follow_redirects=False, timeout=5.0, verify=trusted()), clock)


def _trackers(settings: Settings) -> dict[str, Tracker]:
    jira = settings.jira
    if not jira.enabled:
        return {}
    options = JiraOptions(
        url=jira.url,
        email=jira.email,
        api_token=jira.api_token.reveal() if jira.api_token else "",
        personal_access_token=jira.personal_access_token.reveal() if jira.personal_access_token else "",
    )
    return {"jira": JiraTracker(options)}
