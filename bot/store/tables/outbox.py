"""The outbox: which messages should be where, and which are there."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Number, metadata, moment, number_id

channel = sa.Table(  # one drain each; awake while one runs
    "channel",
    metadata,
    sa.Column("chat", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("awake", sa.Boolean, nullable=False, default=False),
    sa.Column("drain", sa.String, nullable=False, default=""),
    sa.Column("turn", sa.Integer, nullable=False, default=0),  # drains it has had; each has a name of its own by it
    moment("not_before", optional=True),
    sa.Column("problem", sa.Text, nullable=False, default=""),
    sa.Column("storm", Number, nullable=True),  # the digest of the storm under way
)

digest = sa.Table(  # what is told of many cases at once: a team's digest when it is due, a channel's storm
    "digest",
    metadata,
    number_id(),
    sa.Column("key", sa.String, nullable=False, unique=True),  # due:payments:2026-03-02T09:00:00+00:00, storm:…
    sa.Column("team", sa.String, nullable=False, default=""),  # whose; "" for a storm, which is a channel's
    moment("at"),  # when it was due, or began
    moment("last_at", optional=True),  # the last new case of a storm
    moment("ended_at", optional=True),  # the end of a storm
    moment("told_at", optional=True),  # when a storm's digest was last in the chat
    sa.Column("told", sa.Integer, nullable=False, default=0),  # how many cases it counted then
)

message = sa.Table(  # the outbox: what should be there, what is there
    "message",
    metadata,
    number_id(),
    sa.Column("case_id", Number, nullable=True),
    sa.Column("digest_id", Number, nullable=True, unique=True),  # of a message that is a digest and no case's
    sa.Column("chat", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("direct", sa.Boolean, nullable=False, default=False),  # told to one person, once; channel is @person
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("wanted", sa.Integer, nullable=False),
    sa.Column("sent", sa.Integer, nullable=False, default=0),
    sa.Column("platform_id", sa.String, nullable=False, default=""),
    sa.Column("told_history", Number, nullable=False, default=0),  # the last history line said in the thread
    sa.Column("sending", sa.String, nullable=False, default=""),  # what is on the wire: "root", a history id
    sa.Column("again", sa.SmallInteger, nullable=False, default=0),  # of a direct one: how often its case came back
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    moment("not_before", optional=True),
    sa.Column("problem", sa.Text, nullable=False, default=""),
    moment("wanted_at"),
    sa.Column("storm", Number, nullable=True),  # the digest in which its case was told, when that was by a storm
    sa.Column("alone", sa.Boolean, nullable=False, default=False),  # a message of its own is owed, storm or not
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
sa.Index(
    "message_by_storm",
    message.c.storm,
    sqlite_where=message.c.storm.is_not(None),
    postgresql_where=message.c.storm.is_not(None),
)
