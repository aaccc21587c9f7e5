"""``teams`` of config/suture.yaml: the Workflows webhooks by which channels of Microsoft Teams are told."""

from __future__ import annotations

import re

from bot.settings.read_secret import HOW, read_secret
from bot.settings.secrets import Secret
from bot.settings.section import Section
from bot.settings.values import Teams
from connectors.chat.teams_webhook.address import why_not

_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
WEBHOOK = "Teams webhook"  # the kind under which the names stand in the notebook


def read_webhooks(section: Section, *, console: bool) -> Teams:
    """The webhooks by name. Their buttons open the console, so without one (``console``) they are a mistake."""
    other_hosts = section.texts("other_hosts", check=_check_host)
    found: dict[str, Secret] = {}
    webhooks = section.section("webhooks")
    for name, webhook in webhooks.named_sections():
        if not _NAME.fullmatch(name):
            webhooks.problem(name, "a name is lower-case letters, digits, dots, dashes and underscores")
        section.notebook.declare(WEBHOOK, name, webhooks.at(name))
        if not webhook.has("url"):
            webhook.missing("url", HOW)
        url = read_secret(webhook, "url")
        wrong = why_not(url.reveal(), other_hosts) if url else ""
        if wrong:  # the address is a secret: what is wrong is said, the address is not
            webhook.problem("url", f"the address cannot be used: {wrong}")
        elif url in found.values():  # each name keeps Teams' pace for itself
            webhook.problem("url", "the same workflow has a name already", "give each workflow one name")
        elif url:
            found[name] = url
    if found and not console:
        section.problem("webhooks", "the buttons of Teams open the console, which is off", "set console.enabled: true")
    live = section.duration("buttons_live", Teams().buttons_live)
    return Teams(webhooks=found, other_hosts=other_hosts, buttons_live=live)


def _check_host(text: str) -> None:
    if not _HOST.fullmatch(text):
        raise ValueError("write a host's name alone, in lower case, such as hooks.example.com")
