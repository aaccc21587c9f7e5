"""A person signs in at the company's provider and out again in a real browser, as its cookies and policies allow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.fakes.oidc import FakeOidc
from tests.free_port import free_port
from tests.stories.running import Running, wired
from tests.whole_policy import as_written

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
TEAMS = """
people: [{id: ana, name: Ana Sousa, email: ana@example.com, console: true}]
teams: [{id: payments, name: Payments, lead: ana}]
catch_all: payments
"""
POLICY = "rules: [{who: anyone, acts: [view], environments: any}]\n"


@pytest.fixture
async def oidc() -> AsyncIterator[FakeOidc]:
    with FakeOidc() as running:
        yield running


@pytest.fixture
async def url(oidc: FakeOidc, database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a Suture that knows the provider, and that the provider knows."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    person = {"sub": "s-ana", "email": "ana@example.com", "email_verified": True}
    oidc.set(people={"ana": person}, who="ana", redirect_uris=[f"{address}/sign-in/oidc/callback"])
    oidc.set(post_logout_uris=[f"{address}/sign-in"])
    suture = f"""
public_url: {address}
data_directory: {tmp_path}
console:
  enabled: true
  oidc: {{issuer: "{oidc.issuer}", client_id: suture, client_secret: {{env: OIDC_SECRET}}, name: Example ID}}
"""
    for name, text in (("suture.yaml", suture), ("teams.yaml", TEAMS), ("policy.yaml", POLICY)):
        (tmp_path / name).write_text(as_written(name, text), encoding="utf-8")
    variables = {"DATABASE_URL": database_url, "OIDC_SECRET": oidc.client_secret}
    running = Running(wired(tmp_path, variables), port)
    await running.start()
    yield address
    await running.stop()


async def test_there_and_back_and_out_everywhere(oidc: FakeOidc, url: str, page: Page) -> None:
    await page.goto(f"{url}/audit?who=ana")
    await page.get_by_role("link", name="Sign in with Example ID").click()
    await expect(page.get_by_role("heading", name="Audit trail")).to_be_visible()
    assert page.url == f"{url}/audit?who=ana"
    await expect(page.get_by_role("banner")).to_contain_text("Ana Sousa")

    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Please sign in")).to_be_visible(timeout=10_000)
    assert page.url == f"{url}/sign-in"
    assert len(oidc.signed_out()) == 1
    await page.goto(f"{url}/audit")
    await expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()


async def test_who_is_not_let_in_reads_why(oidc: FakeOidc, url: str, page: Page) -> None:
    oidc.set(people={"ana": {"sub": "s-ana", "email": "ana@example.com", "email_verified": False}})
    await page.goto(url)
    await page.get_by_role("link", name="Sign in with Example ID").click()
    await expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()
    await expect(page.get_by_text("has not verified your e-mail")).to_be_visible()
    await expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
