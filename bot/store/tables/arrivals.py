"""What came in: deliveries, what of them nobody could read, report files, deploys."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import metadata, moment, number_id

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    # The transport's own id, or the body's digest and its ten-minute bucket: a retry is a no-op.
    sa.Column("transport_id", sa.String, nullable=False),
    moment("received_at"),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # zlib
    sa.Column("parser_version", sa.Integer, nullable=False),
    sa.Column("findings", sa.Integer, nullable=False, default=0),
    sa.Column("new", sa.Integer, nullable=False, default=0),
    sa.Column("repeated", sa.Integer, nullable=False, default=0),
    sa.Column("quarantined", sa.Integer, nullable=False, default=0),
    sa.UniqueConstraint("source", "transport_id"),
    sa.Index("delivery_by_time", "received_at"),
    sa.Index("delivery_by_source", "source", "received_at"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    number_id(),
    sa.Column("delivery", sa.String, nullable=False, index=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("pointer", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    moment("at"),
    moment("released_at", optional=True),
)

sa.Index(
    "quarantine_waiting",
    quarantine.c.source,
    sqlite_where=quarantine.c.released_at.is_(None),
    postgresql_where=quarantine.c.released_at.is_(None),
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
    sa.Column("parser_version", sa.Integer, nullable=False, default=0),  # which read it last; 0 = none yet
    sa.Column("kept", sa.BigInteger, nullable=False, default=0),  # bytes, packed, for reading again; 0 = is not kept
    sa.Column("found_secret", sa.Boolean, nullable=False, default=False),  # the file quotes one: it is never kept
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("findings", sa.Integer, nullable=False, default=0),
    sa.Column("new", sa.Integer, nullable=False, default=0),
    sa.Column("repeated", sa.Integer, nullable=False, default=0),
    sa.Column("resolved", sa.Integer, nullable=False, default=0),
    sa.Column("quarantined", sa.Integer, nullable=False, default=0),
    moment("received_at"),
    moment("finished_at", optional=True),
    sa.Index("scan_by_source", "source", "received_at"),
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
    number_id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("asset", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("transport_id", sa.String, nullable=False, unique=True),
    moment("at"),
)
