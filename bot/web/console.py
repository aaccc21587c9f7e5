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


def console_routes(wiring: Wiring, inbox: BotInbox, viewing: Viewing) -> list[BaseRoute]:
    """The console's addresses; none while ``console.enabled`` is false. A GET never acts; a POST passes the door."""
    if not wiring.settings.console.enabled:
        return []
    pages = Pages(wiring.clock, provider=wiring.settings.console.oidc.name if wiring.oidc else "")
    door = Door(wiring, pages)
    sessions = Sessions(wiring)
    sign_in = SignIn(wiring, pages, sessions)
    cases = CasePages(wiring, viewing, pages)
    confirming = Confirming(wiring, viewing, pages)
    presses = Presses(wiring, inbox, pages)
    lookups = Lookups(wiring, pages)
    trail = AuditPages(wiring, pages)
    decided = DecidedPages(wiring, pages)
    policy = PolicyPage(wiring, pages)
    waiting = ApprovalPages(wiring, pages)
    sources = SourcePages(wiring, pages)
    held = QuarantinePages(wiring, pages)
    identities = Identities(wiring, pages)
    rooms: list[tuple[str, str, Endpoint]] = [
        ("GET", "/", door.for_reading(cases.inbox)),
        ("GET", "/cases/{case}", door.for_reading(cases.case)),
        ("GET", "/cases/{case}/affected", door.for_reading(cases.affected)),
        ("GET", "/confirm/{link}", door.for_reading(confirming.show)),
        ("GET", "/affected", door.for_reading(lookups.affected)),
        ("GET", "/audit", door.for_reading(trail.search)),
        ("POST", "/audit/export", door.for_acting(trail.export)),
        ("GET", "/quarantine", door.for_reading(lookups.quarantine)),
        ("GET", "/quarantine/{record}", door.for_reading(held.one)),
        ("POST", "/quarantine/{record}/try", door.for_acting(held.attempt)),
        ("GET", "/sources", door.for_reading(sources.list)),
        ("GET", "/sources/{source}", door.for_reading(sources.one)),
        ("GET", "/sources/{source}/light", door.for_reading(sources.light)),
        ("GET", "/acceptances", door.for_reading(decided.acceptances)),
        ("GET", "/snoozed", door.for_reading(decided.snoozed)),
        ("GET", "/approvals", door.for_reading(waiting.approvals)),
        ("POST", "/review", door.for_acting(waiting.review)),
        ("GET", "/windows", door.for_reading(waiting.windows)),
        ("POST", "/freeze", door.for_acting(waiting.freeze)),
        ("POST", "/unfreeze", door.for_acting(waiting.unfreeze)),
        ("GET", "/policy", door.for_reading(policy.explain)),
        ("GET", "/me", door.for_reading(identities.me)),
        ("GET", "/link/{token}", door.for_reading(identities.confirm)),
        ("POST", "/link", door.for_acting(identities.link)),
        ("POST", "/unlink", door.for_acting(identities.unlink)),
        ("POST", "/press", door.for_acting(presses.press)),
        ("POST", "/replay", door.for_acting(presses.replay)),
        ("POST", "/command", door.for_acting(presses.command)),
        ("POST", "/sign-out", door.for_acting(sign_in.leave)),
        ("GET", "/sign-in", sign_in.show),
        ("POST", "/sign-in", sign_in.enter),
        ("GET", "/static/{name}", pages.static),
    ]
    if wiring.oidc is not None:
        # Imported only where it is used, as in the wiring.
        from bot.web.console_oidc import OidcSignIn

        oidc = OidcSignIn(wiring, wiring.oidc, pages, sessions)
        rooms += [("GET", "/sign-in/oidc", oidc.leave_for), ("GET", "/sign-in/oidc/callback", oidc.come_back)]
    return [Route(address, unless_away(pages, room), methods=[method]) for method, address, room in rooms]
