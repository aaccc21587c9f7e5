"""How we reach one Jira, and as whom. The kind of credentials says which Jira it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PROPERTY = "suture.case"  # the issue property that names the case: {"key": "S-12"}
SEARCH_LAG = 60.0  # seconds after which Jira's search index is expected to show an accepted issue
_MARGIN = 30.0  # Jira may still be working on a request whose caller has given up


@dataclass(frozen=True, slots=True, kw_only=True)
class JiraOptions:
    """Jira Cloud: ``email`` and ``api_token``. Jira Data Center: ``personal_access_token``. Never both.

    Raises ValueError, in words for the person who wrote the configuration. Secrets are not in the repr.
    """

    url: str  # https://example.atlassian.net, or https://jira.example.com/jira with its context path
    email: str = ""
    api_token: str = field(default="", repr=False)
    personal_access_token: str = field(default="", repr=False)
    timeout: float = 30.0  # seconds to connect, and seconds without a byte of the answer
    label_prefix: str = "suture"  # two Sutures on one Jira need two prefixes
    remote_link: bool = True  # also show the case under the ticket's links

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        if address.scheme not in ("https", "http") or not address.hostname or address.query or address.username:
            raise ValueError("jira: url must be Jira's plain address, such as https://example.atlassian.net")
        if address.scheme == "http" and address.hostname not in _LOOPBACK:
            raise ValueError(f"jira: url must be https, or the token for {address.hostname} is sent in clear text")
        if bool(self.personal_access_token) == bool(self.email or self.api_token):
            raise ValueError("jira: give email and api_token (Cloud) or personal_access_token (Data Center), not both")
        if bool(self.email) != bool(self.api_token):
            raise ValueError("jira: Jira Cloud needs both email and api_token")
        if not self.timeout > 0:
            raise ValueError("jira: timeout must be more than 0 seconds")
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}", self.label_prefix):
            raise ValueError("jira: label_prefix must be up to 31 letters, digits, hyphens and underscores")

    @property
    def cloud(self) -> bool:
        return bool(self.api_token)

    @property
    def base(self) -> str:
        return self.url.rstrip("/")

    @property
    def settle(self) -> float:
        """Seconds after the start of a create whose outcome is unknown, before "not found" may be believed."""
        return self.timeout + SEARCH_LAG + _MARGIN

    def scrub(self, text: str) -> str:
        """``text`` without our secrets, should the other side have echoed one."""
        for secret in (self.api_token, self.personal_access_token):
            if len(secret) >= 8:  # a real one is far longer; a stray letter must not garble every message
                text = text.replace(secret, "***")
        return text
