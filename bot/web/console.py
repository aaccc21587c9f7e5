"""The console: Suture's own pages, for people without a chat and for what a chat has no room for. No JavaScript."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from bot.response.inbox import BotInbox
from bot.response.viewing import Viewing
from bot.web.console_cases import CasePages
from bot.web.console_door import Door
from bot.web.console_lookups import Lookups
from bot.web.console_pages import Pages
from bot.web.console_presses import Presses
from bot.web.console_sign_in import SignIn
from bot.wiring import Wiring


def console_routes(wiring: Wiring, inbox: BotInbox, viewing: Viewing) -> list[BaseRoute]:
    """The console's addresses; none while ``console.enabled`` is false. A GET never acts; a POST passes the door."""
    if not wiring.settings.console.enabled:
        return []
    pages = Pages(wiring.clock)
    door = Door(wiring, pages)
    sign_in = SignIn(wiring, pages)
    cases = CasePages(wiring, viewing, pages)
    presses = Presses(wiring, inbox, pages)
    lookups = Lookups(wiring, pages)
    return [
        Route("/", door.for_reading(cases.inbox), methods=["GET"]),
        Route("/cases/{case}", door.for_reading(cases.case), methods=["GET"]),
        Route("/cases/{case}/affected", door.for_reading(cases.affected), methods=["GET"]),
        Route("/affected", door.for_reading(lookups.affected), methods=["GET"]),
        Route("/audit", door.for_reading(lookups.audit), methods=["GET"]),
        Route("/quarantine", door.for_reading(lookups.quarantine), methods=["GET"]),
        Route("/press", door.for_acting(presses.press), methods=["POST"]),
        Route("/command", door.for_acting(presses.command), methods=["POST"]),
        Route("/sign-out", door.for_acting(sign_in.leave), methods=["POST"]),
        Route("/sign-in", sign_in.show, methods=["GET"]),
        Route("/sign-in", sign_in.enter, methods=["POST"]),
        Route("/static/{name}", pages.static, methods=["GET"]),
    ]
