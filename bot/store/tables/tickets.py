"""Tickets in somebody's tracker, one a case."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Number, metadata, moment

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
    moment("sent_at", optional=True),
    moment("at"),
)
