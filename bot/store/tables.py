"""Every table we keep, in the order in which an alert meets them. DBOS keeps its own beside these: not our business.

No text has a length here: SQLite would ignore it and PostgreSQL would refuse the whole transaction. What comes from
outside is bounded where it is read.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from bot.store.append_only import protect

metadata = sa.MetaData()

NOT_PRIORITISED = 9  # sorts after every rank


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as microseconds since 1970: the same on SQLite and PostgreSQL, and sortable."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """Aware time to microseconds; a naive time is a bug and raises."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return int(value.timestamp() * 1_000_000)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """Microseconds to an aware UTC time."""
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


# SQLite gives rowids only to INTEGER columns; PostgreSQL wants 64 bits.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", Number, primary_key=True, autoincrement=True)


def _time(name: str, *, optional: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Moment, nullable=optional)


# --- what came in ---------------------------------------------------------------------------------------------------

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    # The transport's own id, or the body's digest and its ten-minute bucket: a retry is a no-op.
    sa.Column("transport_id", sa.String, nullable=False),
    _time("received_at"),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # zlib
    sa.Column("parser_version", sa.Integer, nullable=False),
    sa.Column("findings", sa.Integer, nullable=False, default=0),
    sa.Column("new", sa.Integer, nullable=False, default=0),
    sa.Column("repeated", sa.Integer, nullable=False, default=0),
    sa.Column("quarantined", sa.Integer, nullable=False, default=0),
    sa.UniqueConstraint("source", "transport_id"),
    sa.Index("delivery_by_time", "received_at"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    _id(),
    sa.Column("delivery", sa.String, nullable=False, index=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("pointer", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    _time("at"),
    _time("released_at", optional=True),
)

scan = sa.Table(  # a report file on its way in
    "scan",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String, nullable=False),  # waiting, reading, done, failed
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("findings", sa.Integer, nullable=False, default=0),
    sa.Column("new", sa.Integer, nullable=False, default=0),
    sa.Column("repeated", sa.Integer, nullable=False, default=0),
    sa.Column("resolved", sa.Integer, nullable=False, default=0),
    sa.Column("quarantined", sa.Integer, nullable=False, default=0),
    _time("received_at"),
    _time("finished_at", optional=True),
)

scan_part = sa.Table(  # the file itself, where machines share only the database
    "scan_part",
    metadata,
    sa.Column("scan", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

deploy = sa.Table(
    "deploy",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("asset", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("transport_id", sa.String, nullable=False, unique=True),
    _time("at"),
)

finding = sa.Table(
    "finding",
    metadata,
    _id(),
    sa.Column("fingerprint", sa.String, nullable=False, unique=True),
    sa.Column("correlation_key", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("problem", sa.String, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("asset", sa.String, nullable=False, default=""),
    sa.Column("severity", sa.SmallInteger, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    # open, mitigated (by a run of ours), resolved, or suppressed with its reason
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False, default=""),
    sa.Column("priority", sa.SmallInteger, nullable=False, default=NOT_PRIORITISED),  # rank: 0 immediate … 3 defer
    sa.Column("sentence", sa.Text, nullable=False, default=""),
    sa.Column("case_id", Number, nullable=True),
    sa.Column("scope", sa.String, nullable=False, default=""),
    sa.Column("content_hash", sa.String, nullable=False),
    sa.Column("count", sa.Integer, nullable=False, default=1),
    sa.Column("reopened", sa.Integer, nullable=False, default=0),
    _time("first_seen"),
    _time("last_seen"),
    _time("observed_at"),
    _time("resolved_at", optional=True),
    sa.Column("delivery", sa.String, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),  # the whole contract Finding
    sa.Index("finding_by_problem", "problem", "state"),
    sa.Index("finding_by_case", "case_id"),
    sa.Index("finding_by_asset", "asset"),
)
# Only reports have a scope; a partial index keeps the single alert's insert cheap.
sa.Index(
    "finding_by_scope", finding.c.scope, sqlite_where=finding.c.scope != "", postgresql_where=finding.c.scope != ""
)

finding_alias = sa.Table(  # further vulnerability ids of a finding: GHSA beside the CVE that is its problem
    "finding_alias",
    metadata,
    sa.Column("alias", sa.String, primary_key=True),
    sa.Column("problem", sa.String, primary_key=True),
)

# --- what we know of the world ---------------------------------------------------------------------------------------

asset = sa.Table(
    "asset",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("identifiers", sa.JSON, nullable=False),
    sa.Column("environment", sa.String, nullable=False),
    sa.Column("tier", sa.SmallInteger, nullable=True),
    sa.Column("exposure", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("patch", sa.Text, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # which inventory said so
    _time("read_at"),
)

asset_identifier = sa.Table(
    "asset_identifier",
    metadata,
    sa.Column("identifier", sa.String, primary_key=True),  # lower case
    sa.Column("asset", sa.String, nullable=False, index=True),
)

asset_link = sa.Table(
    "asset_link",
    metadata,
    sa.Column("asset", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("other", sa.String, primary_key=True, index=True),
)

component = sa.Table(
    "component",
    metadata,
    sa.Column("asset", sa.String, primary_key=True),
    sa.Column("purl", sa.String, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),  # the inventory or bill of materials that said so
    sa.Column("name", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("ecosystem", sa.String, nullable=False),
    # Spelled alike for look-ups: its own name, and that of the source package it was built from where that differs.
    sa.Column("spelled", sa.String, nullable=False),
    sa.Column("built_from", sa.String, nullable=False, default=""),
    _time("last_seen"),
    # All that *affected* asks of it first, so that a large fleet is judged from the index alone.
    sa.Index("component_by_name", "spelled", "purl", "asset"),
    sa.Index("component_by_source", "source"),
)
sa.Index(
    "component_by_source_package",
    component.c.built_from,
    component.c.purl,
    component.c.asset,
    sqlite_where=component.c.built_from != "",
    postgresql_where=component.c.built_from != "",
)

advisory = sa.Table(
    "advisory",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("document", sa.JSON, nullable=False),
    _time("read_at"),
)

advisory_alias = sa.Table(
    "advisory_alias",
    metadata,
    sa.Column("alias", sa.String, primary_key=True),
    sa.Column("advisory", sa.String, primary_key=True),
)

known_exploited = sa.Table(
    "known_exploited",
    metadata,
    sa.Column("cve", sa.String, primary_key=True),
    _time("added"),
    sa.Column("ransomware", sa.Boolean, nullable=False),
)

exploit_score = sa.Table(
    "exploit_score",
    metadata,
    sa.Column("cve", sa.String, primary_key=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("percentile", sa.Float, nullable=False),
)

context_read = sa.Table(  # when each list was last read, for "where it was read and when"
    "context_read",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("location", sa.Text, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("problem", sa.Text, nullable=False, default=""),
    sa.Column("digest", sa.String, nullable=False, default=""),
    _time("at"),
)

learned_owner = sa.Table(  # what a person taught us by *Mine* or *Not ours*
    "learned_owner",
    metadata,
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("team", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    _time("at"),
)

# --- what people see and decide --------------------------------------------------------------------------------------

cases = sa.Table(
    "cases",
    metadata,
    _id(),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("environment", sa.String, nullable=False),
    sa.Column("problem", sa.String, nullable=False),
    sa.Column("owner_why", sa.Text, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("severity", sa.SmallInteger, nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("decision", sa.String, nullable=False, default=""),  # "", acknowledged, snoozed, accepted
    sa.Column("regressed", sa.Boolean, nullable=False, default=False),
    sa.Column("running", sa.String, nullable=False, default=""),  # the run under way, or ""
    sa.Column("assignee", sa.String, nullable=False, default=""),
    sa.Column("open_findings", sa.Integer, nullable=False, default=0),
    sa.Column("mitigated_findings", sa.Integer, nullable=False, default=0),
    sa.Column("total_findings", sa.Integer, nullable=False, default=0),
    sa.Column("version", sa.Integer, nullable=False, default=0),
    _time("due_at", optional=True),
    sa.Column("overdue_told", sa.SmallInteger, nullable=False, default=0),  # 0 no, 1 thread, 2 the lead too
    _time("until", optional=True),  # end of a snooze or of an acceptance
    # The window of vulnerability, each kept from the first day.
    _time("disclosed_at", optional=True),
    _time("seen_at"),
    _time("told_at", optional=True),
    _time("decided_at", optional=True),
    _time("mitigated_at", optional=True),
    _time("fixed_at", optional=True),
    sa.UniqueConstraint("owner", "environment", "problem"),
    sa.Index("cases_by_state", "state", "priority"),
    sa.Index("cases_by_problem", "problem"),
    sa.Index("cases_by_until", "until"),
    sa.Index("cases_by_due", "due_at"),
)

history = sa.Table(  # what happened to a case, one line each: its thread, and the page's timeline
    "history",
    metadata,
    _id(),
    sa.Column("case_id", Number, nullable=False, index=True),
    _time("at"),
    sa.Column("who", sa.String, nullable=False, default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False, default=""),
    sa.Column("calls", sa.String, nullable=False, default=""),  # a person whom this line is to reach
)

acceptance = sa.Table(
    "acceptance",
    metadata,
    _id(),
    sa.Column("case_id", Number, nullable=False, index=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    _time("until"),
    _time("at"),
    _time("ended_at", optional=True),
    sa.Column("end_reason", sa.Text, nullable=False, default=""),
    _time("reminded_at", optional=True),  # when its end was announced
)

channel = sa.Table(  # one drain each; awake while one runs
    "channel",
    metadata,
    sa.Column("chat", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("awake", sa.Boolean, nullable=False, default=False),
    sa.Column("drain", sa.String, nullable=False, default=""),
    sa.Column("turn", sa.Integer, nullable=False, default=0),  # drains it has had; each has a name of its own by it
    _time("not_before", optional=True),
    sa.Column("problem", sa.Text, nullable=False, default=""),
)

message = sa.Table(  # the outbox: what should be there, what is there
    "message",
    metadata,
    _id(),
    sa.Column("case_id", Number, nullable=False),
    sa.Column("chat", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("wanted", sa.Integer, nullable=False),
    sa.Column("sent", sa.Integer, nullable=False, default=0),
    sa.Column("platform_id", sa.String, nullable=False, default=""),
    sa.Column("told_history", Number, nullable=False, default=0),  # the last history line said in the thread
    sa.Column("sending", sa.String, nullable=False, default=""),  # what is on the wire: "root", a history id
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    _time("not_before", optional=True),
    sa.Column("problem", sa.Text, nullable=False, default=""),
    _time("wanted_at"),
    sa.UniqueConstraint("case_id", "chat", "channel"),
)
sa.Index(
    "message_waiting",
    message.c.chat,
    message.c.channel,
    message.c.priority,
    sqlite_where=message.c.sent < message.c.wanted,
    postgresql_where=message.c.sent < message.c.wanted,
)

offer = sa.Table(  # a button we showed: its id is all the platform holds
    "offer",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", Number, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("arguments", sa.JSON, nullable=False),
    _time("at"),
    _time("expires_at", optional=True),
    sa.Index("offer_by_case", "case_id", "act"),
)

click = sa.Table(  # what was pressed or typed, once each; acknowledged only after it is here
    "click",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    _time("at"),
    sa.Column("platform", sa.String, nullable=False),
    sa.Column("identity", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("case_id", Number, nullable=True),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
)

plan = sa.Table(
    "plan",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", Number, nullable=False, index=True),
    sa.Column("fix", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("documents", sa.JSON, nullable=False),  # one contract Plan a target
    sa.Column("problem", sa.Text, nullable=False, default=""),
    _time("at"),
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", Number, nullable=False, index=True),
    sa.Column("plan_id", sa.String, nullable=False),
    sa.Column("fix", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),  # apply or undo
    sa.Column("undoes", sa.String, nullable=False, default=""),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),  # waiting, running, done, failed, unknown, undone
    sa.Column("reason", sa.Text, nullable=False, default=""),
    _time("at"),
    _time("finished_at", optional=True),
)

run_target = sa.Table(
    "run_target",
    metadata,
    _id(),
    sa.Column("run_id", sa.String, nullable=False, index=True),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("state", sa.String, nullable=False),  # waiting, intended, applied, verified, failed, unknown, undone
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("found", sa.JSON, nullable=True),  # written before the first change: what undo needs after a crash
    sa.Column("receipt", sa.JSON, nullable=True),
    sa.Column("evidence", sa.JSON, nullable=True),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    _time("at"),
)

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("case_id", Number, primary_key=True),
    sa.Column("state", sa.String, nullable=False),  # wanted, creating, created, failed
    sa.Column("project", sa.String, nullable=False),
    sa.Column("issue_type", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("key", sa.String, nullable=False, default=""),
    sa.Column("url", sa.Text, nullable=False, default=""),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    _time("sent_at", optional=True),
    _time("at"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("sequence", Number, primary_key=True, autoincrement=False),
    _time("at"),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("where_from", sa.Text, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("previous", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.Index("audit_by_target", "target"),
)
protect(audit)

session = sa.Table(  # console sign-in; only digests of the secrets are kept
    "session",
    metadata,
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),  # link (one use) or session
    sa.Column("csrf", sa.String, nullable=False, default=""),
    _time("expires_at"),
)

worker_lease = sa.Table(
    "worker_lease",
    metadata,
    sa.Column("executor", sa.String, primary_key=True),
    _time("expires_at"),
)
