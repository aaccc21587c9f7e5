"""Plans, runs, and how far each target of a run came."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Number, metadata, moment, number_id

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
    moment("at"),
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
    moment("at"),
    moment("finished_at", optional=True),
)

run_target = sa.Table(
    "run_target",
    metadata,
    number_id(),
    sa.Column("run_id", sa.String, nullable=False, index=True),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("state", sa.String, nullable=False),  # waiting, intended, applied, verified, failed, unknown, undone
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("found", sa.JSON, nullable=True),  # written before the first change: what undo needs after a crash
    sa.Column("receipt", sa.JSON, nullable=True),
    sa.Column("evidence", sa.JSON, nullable=True),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    moment("at"),
)
