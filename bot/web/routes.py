"""Every address we answer at, and the room behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.routing import BaseRoute, Route

from bot import metrics
from bot.commands.desk import CommandDesk
from bot.commands.home import HomeDesk
from bot.response.asked import Desk
from bot.response.identify import Identify
from bot.response.inbox import BotInbox
from bot.response.viewing import Viewing
from bot.store.group_commit import GroupCommit
from bot.store.identities import StoredLinks
from bot.triage.accept import Accepted, Received, accept
from bot.triage.rules import rules_of
from bot.web.clicks import SlackClicks
from bot.web.console import console_routes
from bot.web.deploys import Deploys
from bot.web.gauges import Gauges
from bot.web.health import Health
from bot.web.intake import Intake
from bot.web.scans import Scans
from bot.web.senders import enabled_sources
from bot.web.trackers import TrackerNews
from bot.wiring import Wiring

_RECORDS = 1_600  # of one commit, if it is more than one request's: some 0.15 s of the writer's time


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms of one process."""

    wiring: Wiring
    group: GroupCommit[Received, Accepted]
    intake: Intake
    scans: Scans
    deploys: Deploys
    trackers: TrackerNews
    health: Health
    inbox: BotInbox


def rooms_of(wiring: Wiring) -> Rooms:
    """Build each room from the wiring."""
    settings, store, engine = wiring.settings, wiring.store, wiring.engine
    rules = rules_of(settings, wiring.fixes)
    enabled = enabled_sources(wiring.sources, settings)

    async def write(connection: AsyncConnection, received: Sequence[Received]) -> Sequence[Accepted]:
        return await accept(connection, received, rules, engine)

    def committed(received: Received, accepted: Accepted) -> None:
        metrics.FINDINGS.labels(received.source, "new").inc(accepted.new)
        metrics.FINDINGS.labels(received.source, "repeated").inc(accepted.repeated)
        metrics.QUARANTINED.labels(received.source).inc(accepted.quarantined)

    group = store.group_commit(
        write,
        committed,
        largest=settings.group_commit.size,
        weigh=lambda received: len(received.records),
        heaviest=_RECORDS,
    )
    return Rooms(
        wiring=wiring,
        group=group,
        intake=Intake(enabled, wiring.reads, group, wiring.keys, wiring.keys.confirm, wiring.clock, wiring.new_id),
        scans=Scans(
            enabled, store, engine, wiring.spool, wiring.keys, settings.limits.scan_bytes, wiring.clock, wiring.new_id
        ),
        deploys=Deploys(enabled.get("generic"), store, engine, wiring.keys, wiring.clock),
        trackers=TrackerNews(wiring.trackers.get("jira"), settings.jira, store, engine, wiring.keys, wiring.clock),
        health=health_of(wiring),
        inbox=inbox_of(wiring),
    )


def health_of(wiring: Wiring) -> Health:
    """What a load balancer and Prometheus ask."""
    gauges = Gauges(wiring.store, wiring.engine, wiring.settings.sources, wiring.clock)
    return Health(wiring.store, wiring.engine, gauges, wiring.clock, wiring.socket)


def inbox_of(wiring: Wiring) -> BotInbox:
    """Where clicks and commands go, from every surface."""
    viewing = Viewing(wiring)

    def desk(connection: AsyncConnection) -> Desk:
        return Desk(
            connection=connection,
            engine=wiring.engine,
            settings=wiring.settings,
            fixes=wiring.fixes,
            view=viewing.case,
            new_id=wiring.new_id,
            confirm_link=wiring.links.within,
        )

    identify = Identify(wiring.settings.people, wiring.directories, StoredLinks(wiring.store))
    commands = CommandDesk(wiring, viewing, identify)
    return BotInbox(wiring.store, identify.who, desk, commands.run, HomeDesk(wiring).sections, wiring.clock)


def routes_of(rooms: Rooms) -> list[BaseRoute]:
    """The routing table."""
    wiring = rooms.wiring
    routes: list[BaseRoute] = [
        Route("/v1/alerts/{source}", rooms.intake.receive, methods=["POST", "GET", "OPTIONS"]),
        Route("/v1/alerts/{source}/{token}", rooms.intake.receive, methods=["POST", "GET", "OPTIONS"]),
        Route("/v1/scans/{source}", rooms.scans.receive, methods=["POST"]),
        Route("/v1/scans/{source}/{scan}", rooms.scans.progress, methods=["GET"]),
        Route("/v1/deploys", rooms.deploys.receive, methods=["POST"]),
        Route("/v1/trackers/jira", rooms.trackers.receive, methods=["POST"]),
        *rooms.health.routes,
    ]
    if wiring.slack is not None and wiring.socket is None:
        clicks = SlackClicks(wiring.slack, rooms.inbox, wiring.clock)
        routes.append(Route("/slack/events", clicks.receive, methods=["POST", "GET"]))
    routes += console_routes(wiring, rooms.inbox, Viewing(wiring))
    return routes
