"""The buttons we showed, and what was pressed or typed."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Number, metadata, moment

offer = sa.Table(  # a button we showed: its id is all the platform holds
    "offer",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", Number, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("arguments", sa.JSON, nullable=False),
    moment("at"),
    moment("expires_at", optional=True),
    sa.Index("offer_by_case", "case_id", "act"),
)

click = sa.Table(  # what was pressed or typed, once each; acknowledged only after it is here
    "click",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    moment("at"),
    sa.Column("platform", sa.String, nullable=False),
    sa.Column("identity", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("case_id", Number, nullable=True),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
)
