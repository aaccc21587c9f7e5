"""The console: Suture's own pages, for people without a chat and for what a chat has no room for. No JavaScript."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from bot.response.inbox import BotInbox
from bot.response.viewing import Viewing
from bot.web.console_approvals import ApprovalPages
from bot.web.console_audit import AuditPages
from bot.web.console_cases import CasePages
from bot.web.console_confirm import Confirming
from bot.web.console_decided import DecidedPages
from bot.web.console_door import Door, Endpoint, unless_away
from bot.web.console_identities import Identities
from bot.web.console_lookups import Lookups
from bot.web.console_pages import Pages
from bot.web.console_policy import PolicyPage
from bot.web.console_presses import Presses
from bot.web.console_quarantine import QuarantinePages
from bot.web.console_sessions import Sessions
from bot.web.console_sign_in import SignIn
from bot.web.console_sources import SourcePages
from bot.wiring import Wiring

Room = tuple[str, str, Endpoint]  # method, address, what answers there


def console_routes(wiring: Wiring, inbox: BotInbox, viewing: Viewing) -> list[BaseRoute]:
    """The console's addresses; none while ``console.enabled`` is false. A GET never acts; a POST passes the door."""
    if not wiring.settings.console.enabled:
        return []
    pages = Pages(wiring.clock, provider=wiring.settings.console.oidc.name if wiring.oidc else "")
    door = Door(wiring, pages)
    rooms = [
        *_cases(wiring, inbox, viewing, pages, door),
        *_decisions(wiring, pages, door),
        *_what_arrives(wiring, pages, door),
        *_trail(wiring, pages, door),
        *_oneself(wiring, pages, door),
        *_ways_in(wiring, pages, door),
        ("GET", "/static/{name}", pages.static),
    ]
    return [Route(address, unless_away(pages, room), methods=[method]) for method, address, room in rooms]


def _cases(wiring: Wiring, inbox: BotInbox, viewing: Viewing, pages: Pages, door: Door) -> list[Room]:
    cases = CasePages(wiring, viewing, pages)
    confirming = Confirming(wiring, viewing, pages)
    presses = Presses(wiring, inbox, pages)
    lookups = Lookups(wiring, pages)
    return [
        ("GET", "/", door.for_reading(cases.inbox)),
        ("GET", "/cases/{case}", door.for_reading(cases.case)),
        ("GET", "/cases/{case}/affected", door.for_reading(cases.affected)),
        ("GET", "/affected", door.for_reading(lookups.affected)),
        ("GET", "/confirm/{link}", door.for_reading(confirming.show)),
        ("POST", "/press", door.for_acting(presses.press)),
        ("POST", "/command", door.for_acting(presses.command)),
        ("POST", "/replay", door.for_acting(presses.replay)),
    ]


def _decisions(wiring: Wiring, pages: Pages, door: Door) -> list[Room]:
    decided = DecidedPages(wiring, pages)
    waiting = ApprovalPages(wiring, pages)
    policy = PolicyPage(wiring, pages)
    return [
        ("GET", "/acceptances", door.for_reading(decided.acceptances)),
        ("GET", "/snoozed", door.for_reading(decided.snoozed)),
        ("GET", "/approvals", door.for_reading(waiting.approvals)),
        ("POST", "/review", door.for_acting(waiting.review)),
        ("GET", "/windows", door.for_reading(waiting.windows)),
        ("POST", "/freeze", door.for_acting(waiting.freeze)),
        ("POST", "/unfreeze", door.for_acting(waiting.unfreeze)),
        ("GET", "/policy", door.for_reading(policy.explain)),
    ]


def _what_arrives(wiring: Wiring, pages: Pages, door: Door) -> list[Room]:
    sources = SourcePages(wiring, pages)
    lookups = Lookups(wiring, pages)
    held = QuarantinePages(wiring, pages)
    return [
        ("GET", "/sources", door.for_reading(sources.list)),
        ("GET", "/sources/{source}", door.for_reading(sources.one)),
        ("GET", "/sources/{source}/light", door.for_reading(sources.light)),
        ("GET", "/quarantine", door.for_reading(lookups.quarantine)),
        ("GET", "/quarantine/{record}", door.for_reading(held.one)),
        ("POST", "/quarantine/{record}/try", door.for_acting(held.attempt)),
    ]


def _trail(wiring: Wiring, pages: Pages, door: Door) -> list[Room]:
    trail = AuditPages(wiring, pages)
    return [
        ("GET", "/audit", door.for_reading(trail.search)),
        ("POST", "/audit/export", door.for_acting(trail.export)),
    ]


def _oneself(wiring: Wiring, pages: Pages, door: Door) -> list[Room]:
    identities = Identities(wiring, pages)
    return [
        ("GET", "/me", door.for_reading(identities.me)),
        ("GET", "/link/{token}", door.for_reading(identities.confirm)),
        ("POST", "/link", door.for_acting(identities.link)),
        ("POST", "/unlink", door.for_acting(identities.unlink)),
    ]


def _ways_in(wiring: Wiring, pages: Pages, door: Door) -> list[Room]:
    sessions = Sessions(wiring)
    sign_in = SignIn(wiring, pages, sessions)
    rooms: list[Room] = [
        ("GET", "/sign-in", sign_in.show),
        ("POST", "/sign-in", sign_in.enter),
        ("POST", "/sign-out", door.for_acting(sign_in.leave)),
    ]
    if wiring.oidc is None:
        return rooms
    # Imported only where it is used, as in the wiring.
    from bot.web.console_oidc import OidcSignIn

    oidc = OidcSignIn(wiring, wiring.oidc, pages, sessions)
    return [
        *rooms,
        ("GET", "/sign-in/oidc", oidc.leave_for),
        ("GET", "/sign-in/oidc/callback", oidc.come_back),
    ]
