"""Every piece of durable work and its name. Open this to see what a worker does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.response.identify import Identify
from bot.response.viewing import Viewing
from bot.store.identities import StoredLinks
from bot.store.outbox import DRAIN
from bot.triage.heed import HEED
from bot.triage.rules import rules_of
from bot.wiring import Wiring
from bot.work.context import REFRESH
from bot.work.context import register as register_context
from bot.work.deliver import Deliver
from bot.work.digests import Digests
from bot.work.finish import Finish
from bot.work.forgetting import PURGE, Forgetting
from bot.work.groups import REFRESH_GROUPS
from bot.work.groups import register as register_groups
from bot.work.ingest import READ, STRANDED, Ingest
from bot.work.kept_reports import FORGET, ReportsWork
from bot.work.on_call import EVERY_FIVE_MINUTES, ON_CALL, OnCallWork
from bot.work.pace import CallKind, Pace, Rate
from bot.work.plans import PlanReader
from bot.work.queue import Queue
from bot.work.reach import Reach
from bot.work.register_tickets import register_tickets
from bot.work.remediate import Remediate
from bot.work.reviews import Reviews
from bot.work.rhythm import every
from bot.work.schedules import Schedules
from bot.work.statements import HEED_DISABLED, Statements
from bot.work.storm import Storms
from bot.work.subjects import Subjects
from bot.work.watch import Watch
from connectors.contract.source import SourceOptions

_EVERY_FEW_SECONDS = "*/5 * * * * *"
_TWICE_A_MINUTE = "*/30 * * * * *"
_NIGHTLY = "0 17 3 * * *"


def register_work(wiring: Wiring) -> None:
    """Teach the engine all the work there is."""
    engine, store, clock, sleep = wiring.engine, wiring.store, wiring.clock, asyncio.sleep
    settings, fixes, accounts, chats = wiring.settings, wiring.fixes, wiring.accounts, wiring.chats
    viewing = Viewing(wiring)

    storms = Storms(store, engine, chats, settings.delivery, clock)
    subjects = Subjects(viewing.see, settings, clock)
    reach = Reach(settings.people, Identify(settings.people, wiring.directories, StoredLinks(wiring.store)))
    pace, repeat = Pace(_rates(wiring)), settings.delivery.possible_repeat
    deliver = Deliver(store, engine, chats, subjects, storms, clock, sleep, pace, reach, possible_repeat=repeat)
    engine.register(DRAIN, deliver.drain)

    plans = PlanReader(store, engine, fixes, accounts, chats, viewing.with_offers, settings, clock, wiring.new_id)
    engine.register("remediate.plan", plans.plan)
    engine.register("remediate.assess", plans.assess)

    finish = Finish(store, engine, settings, fixes, clock)
    engine.register("remediate.run", Remediate(store, fixes, accounts, finish, clock, sleep).run)

    engine.register("remediate.stranded", finish.stranded, schedule=_TWICE_A_MINUTE)

    watch = Watch(store, engine, settings, fixes, accounts, clock)
    engine.register("watch.case", watch.case)
    engine.register("watch.all", watch.all, schedule=every(settings.watch_every, second=30))

    register_tickets(wiring, viewing)

    spool, rules, kept = wiring.spool, rules_of(settings, fixes), settings.kept_scan_bytes
    ingest = Ingest(store, engine, spool, wiring.sources, options_of(wiring), rules, clock, wiring.reads, kept)
    engine.register(READ, ingest.read)
    engine.register(STRANDED, ingest.stranded, schedule=_TWICE_A_MINUTE)
    engine.register(FORGET, ReportsWork(store, spool, settings, clock).forget, schedule=_NIGHTLY)
    statements = Statements(store, engine, rules, clock)
    engine.register(HEED, statements.heed)
    engine.register(HEED_DISABLED, statements.disabled)

    queue, digests = Queue(store, engine, settings, fixes, clock), Digests(store, engine, settings, clock)
    reviews = Reviews(store, engine, settings, clock)
    besides = (storms.end_quiet, digests.begin_due, reviews.open_due)
    schedules = Schedules(store, engine, settings, clock, queue, besides=besides)
    engine.register("schedules.sweep", schedules.sweep, schedule=_EVERY_FEW_SECONDS)
    engine.register(PURGE, Forgetting(store, engine, settings.retention, clock).purge, schedule=_NIGHTLY)

    register_context(wiring)
    register_groups(wiring)
    engine.register(ON_CALL, OnCallWork(store, settings, clock).refresh, schedule=EVERY_FIVE_MINUTES)


async def begin_work(wiring: Wiring) -> None:
    """What a worker does first: read the lists of context and the groups, so that a fresh database fills itself."""
    async with wiring.store.write() as connection:
        key = f"refresh-{int(wiring.clock().timestamp())}"
        await wiring.engine.enqueue(connection, REFRESH, key=key)
        await wiring.engine.enqueue(connection, REFRESH_GROUPS, key=f"groups-{key}")
        await wiring.engine.enqueue(connection, HEED_DISABLED, key=f"statements-{key}")
        await wiring.engine.enqueue(connection, ON_CALL, key=f"on-call-{key}")


def options_of(wiring: Wiring) -> Callable[[str], SourceOptions]:
    """How a source is configured, by its name."""
    return lambda name: wiring.settings.sources[name].options()


def _rates(wiring: Wiring) -> dict[str, Rate]:
    """How fast each chat may be spoken to; one without a pace, or that cannot edit, has no limits of a workspace."""
    delivery = wiring.settings.delivery
    a_minute = {CallKind.POST: delivery.posts_a_minute, CallKind.EDIT: delivery.edits_a_minute}
    limited = {name for name, chat in wiring.chats.items() if chat.edits and wiring.pace.get(name)}
    return {chat: Rate(between, a_minute if chat in limited else None) for chat, between in wiring.pace.items()}
