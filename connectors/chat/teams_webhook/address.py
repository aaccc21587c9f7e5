"""Which addresses a Workflows webhook may have. They are secrets, so nothing here repeats one."""

from __future__ import annotations

from collections.abc import Collection

from connectors.text import split_url

# Microsoft's own: Power Platform since November 2025, Power Automate, and the Logic Apps hosts before them
# (learn.microsoft.com: "Changes to HTTP or Teams webhook trigger flows").
HOSTS = ("api.powerplatform.com", "api.powerautomate.com")
PARENTS = (".api.powerplatform.com", ".logic.azure.com")
_RETIRED = (".webhook.office.com", "outlook.office.com", "outlook.office365.com")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def why_not(address: str, other_hosts: Collection[str] = ()) -> str:
    """What is wrong with a webhook's address, in words for whoever configured it; "" when it may be used.

    ``other_hosts`` are allowed besides Microsoft's; plain http only where such a host is this machine.
    """
    parts = split_url(address)
    if parts is None or not parts.hostname or any(c in address for c in ' <>"\\^`{|}'):
        return "it is no web address; copy it again from the workflow"
    if "@" in parts.netloc:
        return "it has a name or password in it; copy it again from the workflow"
    host = parts.hostname
    if parts.scheme != "https" and not (parts.scheme == "http" and host in other_hosts and host in _LOOPBACK):
        return "it does not begin with https://"
    if host in HOSTS or host.endswith(PARENTS) or host in other_hosts:
        return ""
    if host in _RETIRED or host.endswith(_RETIRED):
        return "it is one of an Office 365 connector, which Microsoft has switched off; make a workflow instead"
    return "its host is none of Microsoft's for workflows, nor among teams.other_hosts"
