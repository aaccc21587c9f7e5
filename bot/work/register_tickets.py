"""The durable work around tickets, by name: opening them, telling them, and hearing what is done to them."""

from __future__ import annotations

from bot.response.viewing import Viewing
from bot.store.ticket_wanted import CREATE
from bot.wiring import Wiring
from bot.work.claim_end import ClaimEnd
from bot.work.follow import FOLLOW, Follow
from bot.work.follow_case import FollowCase
from bot.work.follow_run import FollowRun
from bot.work.look import LOOK, Look
from bot.work.ticket_drafts import Drafts
from bot.work.ticket_words import TicketWords
from bot.work.tickets import Tickets
from bot.work.verify_claim import VERIFY, VerifyClaim

_EVERY_TEN_SECONDS = "*/10 * * * * *"


def register_tickets(wiring: Wiring, viewing: Viewing) -> None:
    """Teach the engine."""
    engine, store, settings, clock = wiring.engine, wiring.store, wiring.settings, wiring.clock
    tracker = wiring.trackers.get("jira")
    drafts = Drafts(store, settings, wiring.fixes, viewing.with_offers)
    words = TicketWords(store, engine, clock)
    engine.register(CREATE, Tickets(store, engine, tracker, drafts, clock).create)

    of_case, of_run = FollowCase(store, settings, drafts, words), FollowRun(store, drafts)
    follow = Follow(store, engine, tracker, settings, of_case, of_run, words, clock)
    engine.register(FOLLOW, follow.follow)

    look = Look(store, engine, tracker, settings, words, clock)
    engine.register(LOOK, look.look)
    end = ClaimEnd(store, engine, clock)
    claim = VerifyClaim(store, engine, settings, wiring.fixes, wiring.accounts, end, clock)
    engine.register(VERIFY, claim.verify)

    async def sweep() -> None:
        await claim.sweep()
        await follow.sweep()
        await look.sweep()

    if tracker is not None:
        engine.register("tickets.sweep", sweep, schedule=_EVERY_TEN_SECONDS)
