"""What stands at an address where nothing answers: words for people, JSON for programs."""

from __future__ import annotations

import pytest

from tests.bot.web.served import Served

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [("/casses/S-1", 404, "Nothing answers at this address"), ("/press", 405, "only takes what a button sends")],
    ids=["wrong", "a form's"],
)
async def test_a_person_meets_a_page(served: Served, address: str, status: int, said: str) -> None:
    answered = await served.http.get(served.url + address, headers=BROWSER)
    assert (answered.status_code, said in answered.text, "To the cases" in answered.text) == (status, True, True)
    assert "default-src 'none'" in answered.headers["content-security-policy"]
    assert ("POST" in answered.headers.get("allow", "")) is (status == 405)


async def test_a_sender_meets_json(served: Served) -> None:
    answered = await served.http.post(f"{served.url}/v1/alertz/generic", content=b"{}")
    assert (answered.status_code, answered.headers["content-type"]) == (404, "application/json")
