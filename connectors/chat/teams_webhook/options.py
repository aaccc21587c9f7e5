"""What the Workflows webhooks of this organisation are to us: their secret addresses, and where our buttons lead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from connectors.chat.teams_webhook.address import why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsWebhookOptions:
    """Raises ValueError for an address that may not be posted to, naming the webhook and never the address."""

    webhooks: Mapping[str, str] = field(repr=False)  # name of a channel -> address
    link: Callable[[str], Awaitable[str]] = field(repr=False)  # offer id -> address of the page that confirms it
    other_hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, address in self.webhooks.items():
            wrong = why_not(address, self.other_hosts)
            if wrong:
                raise ValueError(f"teams: the address of the webhook {name} cannot be used: {wrong}")
