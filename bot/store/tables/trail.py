"""The audit trail: append-only, each record carrying the hash of the one before."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.append_only import protect
from bot.store.tables.columns import Number, metadata, moment

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("sequence", Number, primary_key=True, autoincrement=False),
    moment("at"),
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
