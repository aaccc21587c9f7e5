"""What an installed Slack app is to us: its secrets, its address, and who may call our door."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

API = "https://slack.com/api/"
MOST_SECRETS = 2  # the present signing secret and, while it is being changed, the one before
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackOptions:
    """Raises ValueError when something is missing or unsafe, in words for the person who wrote the configuration."""

    bot_token: str = field(repr=False)
    signing_secrets: tuple[str, ...] = field(default=(), repr=False)  # needed unless the app token is given
    app_token: str = field(default="", repr=False)  # for Socket Mode, xapp-…
    api_url: str = API
    history_scope: bool = False  # the app has channels:history / groups:history, so a lost answer can be looked up
    files_scope: bool = False  # the app has files:write (and im:write), so a long answer can be sent whole
    app_id: str = ""  # refuse what comes from another app
    teams: tuple[str, ...] = ()  # workspaces (T…) or organisations (E…) that may call; empty: any with our secret

    def __post_init__(self) -> None:
        if self.app_token and not self.app_token.startswith("xapp-"):
            raise ValueError(
                "slack: the app token starts with xapp-; make one under Basic Information › App-Level Tokens"
            )
        least = 0 if self.app_token else 1
        if not least <= len(self.signing_secrets) <= MOST_SECRETS or not all(s.strip() for s in self.signing_secrets):
            raise ValueError("slack: give one signing secret, or two while one replaces the other; none may be empty")
        if not self.bot_token.strip():
            raise ValueError("slack: the bot token is empty; copy it from OAuth & Permissions (it starts with xoxb-)")
        parts = urlsplit(self.api_url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError(f"slack: api_url must be https, not {self.api_url}")
        if not self.api_url.endswith("/"):
            raise ValueError(f"slack: api_url must end with a slash: {self.api_url}/")
