"""Who is on call: the turns of each team's schedule as they were last read, and how the last reading went."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import metadata, moment

on_call_shift = sa.Table(
    "on_call_shift",
    metadata,
    sa.Column("team", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    moment("starts", optional=True),  # none: since ever
    moment("ends", optional=True),  # none: for good
    sa.Column("person", sa.String, nullable=False),  # "" : somebody config/teams.yaml does not know
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("level", sa.SmallInteger, nullable=False),  # 1 is called first
)

on_call_read = sa.Table(
    "on_call_read",
    metadata,
    sa.Column("team", sa.String, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),  # in words for people: "PagerDuty schedule P123ABC"
    moment("read_at", optional=True),  # when it was last read well
    moment("tried_at"),
    sa.Column("problem", sa.Text, nullable=False, default=""),  # of the last try, "" when it went well
)
