"""Every table we keep, a file a family. DBOS keeps its own beside these: not our business."""

from bot.store.tables.arrivals import delivery, deploy, quarantine, scan, scan_part
from bot.store.tables.case import acceptance, cases, history, known_then
from bot.store.tables.columns import NOT_PRIORITISED, Moment, metadata
from bot.store.tables.context import (
    advisory,
    advisory_alias,
    asset,
    asset_identifier,
    asset_link,
    component,
    context_read,
    exploit_score,
    known_exploited,
    learned_owner,
)
from bot.store.tables.findings import finding, finding_alias
from bot.store.tables.machinery import chat_group, own_key, session, worker_lease
from bot.store.tables.on_call import on_call_read, on_call_shift
from bot.store.tables.outbox import channel, digest, message
from bot.store.tables.people import link_request, linked_account
from bot.store.tables.presses import click, offer
from bot.store.tables.remediation import approval, freeze, plan, review, run, run_target, voice
from bot.store.tables.statements import statement, stating
from bot.store.tables.tickets import ticket, ticket_news
from bot.store.tables.trail import audit

__all__ = [
    "NOT_PRIORITISED",
    "Moment",
    "acceptance",
    "advisory",
    "advisory_alias",
    "approval",
    "asset",
    "asset_identifier",
    "asset_link",
    "audit",
    "cases",
    "channel",
    "chat_group",
    "click",
    "component",
    "context_read",
    "delivery",
    "deploy",
    "digest",
    "exploit_score",
    "finding",
    "finding_alias",
    "freeze",
    "history",
    "known_exploited",
    "known_then",
    "learned_owner",
    "link_request",
    "linked_account",
    "message",
    "metadata",
    "offer",
    "on_call_read",
    "on_call_shift",
    "own_key",
    "plan",
    "quarantine",
    "review",
    "run",
    "run_target",
    "scan",
    "scan_part",
    "session",
    "statement",
    "stating",
    "ticket",
    "ticket_news",
    "voice",
    "worker_lease",
]
