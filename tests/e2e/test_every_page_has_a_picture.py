"""No page of the console is forgotten when pictures are taken, and none when they are shown in the documents."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import Route

from bot.response.viewing import Viewing
from bot.web.console import console_routes
from bot.web.routes import inbox_of
from bot.wiring import settings_of, wire
from scripts.console_pages import CONFIRM, GATE, LINK, PAGES
from tests.whole_policy import as_written

# A file, a light within another page, and two addresses that only lead on to the provider and back.
NO_PAGES = {"/static/{name}", "/sources/{source}/light", "/sign-in/oidc", "/sign-in/oidc/callback"}
ROOT = Path(__file__).resolve().parents[2]
ALL = (*PAGES, GATE, CONFIRM, LINK)
CONFIG = {
    "suture.yaml": """
public_url: https://suture.example.com
console:
  enabled: true
  oidc: {issuer: "https://id.example.com", client_id: suture, client_secret: {env: OIDC_SECRET}, name: Example ID}
""",
    "teams.yaml": "people: []\nteams: [{id: payments, name: Payments}]\ncatch_all: payments\n",
    "policy.yaml": "rules: [{who: anyone, acts: [view], environments: any}]\n",
}


def test_every_page_in_the_routes_is_photographed(tmp_path: Path) -> None:
    for name, text in CONFIG.items():
        (tmp_path / name).write_text(as_written(name, text), encoding="utf-8")
    variables = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db", "SUTURE_DATA": str(tmp_path), "OIDC_SECRET": "secret"}
    wiring = wire(settings_of(str(tmp_path), variables), variables)
    routes = [each for each in console_routes(wiring, inbox_of(wiring), Viewing(wiring)) if isinstance(each, Route)]
    pages = {each.path for each in routes if "GET" in (each.methods or ())}
    assert pages - NO_PAGES == {one.route for one in ALL}
    assert pages >= NO_PAGES


def test_every_picture_is_there_at_both_widths_and_stands_in_the_documents() -> None:
    documents = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    for one in ALL:
        for picture in (f"images/{one.name}.png", f"images/{one.name}-phone.png"):
            assert (ROOT / "docs" / picture).is_file(), picture
            assert picture in documents


def test_no_picture_is_left_that_nobody_shows() -> None:
    documents = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert [path.name for path in (ROOT / "docs" / "images").iterdir() if f"images/{path.name}" not in documents] == []
