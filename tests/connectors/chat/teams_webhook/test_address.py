"""Which addresses a webhook may have."""

from __future__ import annotations

import pytest

from connectors.chat.teams_webhook.address import why_not

ENVIRONMENT = "0123456789abcdef0123456789abcd.ef.environment.api.powerplatform.com"
GOOD = [
    f"https://{ENVIRONMENT}:443/powerautomate/automations/direct/workflows/w/triggers/manual/paths/invoke?sig=s",
    "https://prod-05.westeurope.logic.azure.com:443/workflows/w/triggers/manual/paths/invoke?api-version=1&sig=s",
    "https://api.powerautomate.com/webhook/x",
    "https://api.powerplatform.com/x",
]
BAD = [
    ("", "no web address"),
    ("payments", "no web address"),
    (f"http://{ENVIRONMENT}/x", "https://"),
    (f"https://{ENVIRONMENT}.evil.example.com/x", "none of Microsoft's"),
    ("https://evil.example.com/.logic.azure.com", "none of Microsoft's"),
    ("https://logic.azure.com.evil.example.com/x", "none of Microsoft's"),
    ("https://evillogic.azure.com/x", "none of Microsoft's"),
    ("https://x@prod-05.westeurope.logic.azure.com/x", "name or password"),
    ("https://evil.example.com\\@a.logic.azure.com/x", "no web address"),
    ("https://evil.example.com#.logic.azure.com", "none of Microsoft's"),
    ("https://contoso.webhook.office.com/webhookb2/x", "switched off"),
    ("https://outlook.office.com/webhook/x", "switched off"),
    ("https://a.logic.azure.com\n/x", "no web address"),
    ("https://a.logic.azure.com:0/x", "no web address"),
    ("ftp://a.logic.azure.com/x", "https://"),
    ("http://127.0.0.1:9/x", "https://"),
    ("http://[::1", "no web address"),
]


@pytest.mark.parametrize("address", GOOD)
def test_microsofts_own_hosts(address: str) -> None:
    assert why_not(address) == ""


@pytest.mark.parametrize(("address", "why"), BAD)
def test_nothing_else(address: str, why: str) -> None:
    assert why in why_not(address)


def test_other_hosts_are_allowed_by_name_and_plain_http_on_this_machine_only() -> None:
    assert why_not("https://hooks.example.com/x", ("hooks.example.com",)) == ""
    assert why_not("http://127.0.0.1:9/x", ("127.0.0.1",)) == ""
    assert "https://" in why_not("http://hooks.example.com/x", ("hooks.example.com",))
    assert why_not("https://sub.hooks.example.com/x", ("hooks.example.com",)) != ""
