"""An organisation whose people sign in at a provider of its own, and the way there and back."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from tests.bot.web.console_browser import CONFIG, URL, Console, write_config
from tests.fakes.oidc import FakeOidc
from tests.plain_http import NO_TLS
from tests.whole_policy import as_written

CALLBACK = f"{URL}/sign-in/oidc/callback"
ANA = {"sub": "s-ana", "email": "Ana@Example.com", "email_verified": True, "groups": ["staff"]}
PEOPLE = {
    "ana": ANA,
    "ben": {"sub": "s-ben", "email": "ben@example.com", "email_verified": True},
    "dee": {"sub": "s-dee", "email": "dee@example.com", "email_verified": True, "groups": ["pay-ops", "staff"]},
    "eve": {"sub": "s-eve", "email": "ana@example.com", "email_verified": False},
    "fay": {"sub": "s-fay", "email": "fay@example.com", "email_verified": True, "groups": ["pay-ops"]},
    "gus": {"sub": "s-gus", "email": "ben@example.com", "email_verified": True},
    "hal": {"sub": "s-hal", "email": "hal@example.com", "email_verified": True},
    "jon": {"sub": "s-jon", "groups": ["pay-ops"]},
}
TEAMS = """
people:
  - {id: ana, name: Ana Sousa, email: ana@example.com, console: true}
  - {id: ben, name: Ben Okafor, email: ben@example.com, oidc: s-ben, console: true}
  - {id: dee, name: Dee Park, email: dee@example.com, console: true}
  - {id: hal, name: Hal Berg, email: hal@example.com}
  - {id: jon, name: Jon Vik, email: jon@example.com, console: true}
teams:
  - {id: payments, name: Payments, lead: ana, oidc_groups: [pay-ops], owns: [{host: "pay-*"}]}
  - {id: platform, name: Platform, lead: ben, owns: [{host: "*"}]}
catch_all: platform
"""
# What does not depend on the database is asked of one only.
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def configure(folder: Path, issuer: str, **files: str) -> Path:
    config = write_config(folder)
    section = f"""
  oidc:
    issuer: {issuer}
    client_id: suture
    client_secret: {{env: OIDC_SECRET}}
    name: Example ID
    scopes: [openid, email, groups]
"""
    suture = f"public_url: {URL}\nconsole:\n  enabled: true\n  session: 1h\n  idle: 20m" + section
    for name, text in (CONFIG | {"suture.yaml": suture, "teams.yaml": TEAMS} | files).items():
        (config / name).write_text(as_written(name, text), encoding="utf-8")
    return config


async def leave(console: Console, address: str = "/sign-in/oidc") -> str:
    """To the provider and back: the address with which the browser comes home."""
    sent = await console.http.get(address)
    assert sent.status_code == 303, sent.text
    async with httpx2.AsyncClient(verify=NO_TLS) as outside:
        answered = await outside.get(sent.headers["location"])
    assert answered.status_code == 302, answered.text
    return str(answered.headers["location"])


async def sign_in(console: Console, oidc: FakeOidc, who: str) -> httpx2.Response:
    oidc.set(who=who)
    return await console.http.get(await leave(console))
