"""The demo's secrets, made anew at every start and told to nobody but the two sides that share them."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field


def _word() -> str:
    return secrets.token_hex(24)


def _webhook_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass(frozen=True, slots=True)
class Keys:
    """One secret a sender, and those with which Suture reaches its cloud and its Jira."""

    securityhub: str = field(default_factory=_word, repr=False)
    github: str = field(default_factory=_word, repr=False)
    scanner: str = field(default_factory=_webhook_secret, repr=False)
    trivy: str = field(default_factory=_word, repr=False)
    jira: str = field(default_factory=_word, repr=False)
    aws: str = field(default_factory=_word, repr=False)

    def variables(self) -> dict[str, str]:
        """As the environment that the configuration's references name."""
        return {
            "DEMO_SECURITYHUB_KEY": self.securityhub,
            "DEMO_GITHUB_SECRET": self.github,
            "DEMO_SCANNER_SECRET": self.scanner,
            "DEMO_TRIVY_TOKEN": self.trivy,
            "DEMO_JIRA_TOKEN": self.jira,
            "DEMO_AWS_SECRET": self.aws,
        }
