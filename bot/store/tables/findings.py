"""Findings, and the further names of their vulnerabilities."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import NOT_PRIORITISED, Number, metadata, moment, number_id

finding = sa.Table(
    "finding",
    metadata,
    number_id(),
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
    sa.Column("said", sa.Text, nullable=False, default=""),  # who says that it is not affected or fixed, in words
    sa.Column("said_by", sa.Text, nullable=False, default=""),  # the same in short: AUTHOR (openvex), 2026-03-02
    sa.Column("priority", sa.SmallInteger, nullable=False, default=NOT_PRIORITISED),  # rank: 0 immediate … 3 defer
    sa.Column("sentence", sa.Text, nullable=False, default=""),
    sa.Column("case_id", Number, nullable=True),
    sa.Column("scope", sa.String, nullable=False, default=""),
    sa.Column("content_hash", sa.String, nullable=False),
    sa.Column("count", sa.Integer, nullable=False, default=1),
    sa.Column("reopened", sa.Integer, nullable=False, default=0),
    moment("first_seen"),
    moment("last_seen"),
    moment("observed_at"),
    moment("resolved_at", optional=True),
    sa.Column("delivery", sa.String, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),  # the contract's Finding, without its defaults
    sa.Index("finding_by_problem", "problem", "state"),
    sa.Index("finding_by_case", "case_id"),
    sa.Index("finding_by_asset", "asset"),
    sa.Index("finding_by_source", "source", "state"),
)
# Only reports have a scope; a partial index keeps the single alert's insert cheap.
sa.Index(
    "finding_by_scope", finding.c.scope, sqlite_where=finding.c.scope != "", postgresql_where=finding.c.scope != ""
)
sa.Index(  # what statements closed
    "finding_stated", finding.c.case_id, sqlite_where=finding.c.said_by != "", postgresql_where=finding.c.said_by != ""
)

finding_alias = sa.Table(  # further vulnerability ids of a finding: GHSA beside the CVE that is its problem
    "finding_alias",
    metadata,
    sa.Column("alias", sa.String, primary_key=True),
    sa.Column("problem", sa.String, primary_key=True),
)
