"""What keeps the house running: console sign-ins, members of groups, keys of our own, the leases of workers."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import metadata, moment

session = sa.Table(  # console sign-in; only digests of the secrets are kept
    "session",
    metadata,
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),  # link (one use) or session
    sa.Column("csrf", sa.String, nullable=False, default=""),
    moment("expires_at"),
    moment("seen_at", optional=True),  # a link is never seen
    moment("signed_in_at", optional=True),  # when they proved who they are; unknown where a provider does not tell
    sa.Column("issuer", sa.String, nullable=False, default=""),  # of the sign-in that opened it; "": a link
    sa.Column("groups", sa.JSON, nullable=False, default=list),  # as that sign-in told them
    sa.Column("sealed_id_token", sa.String, nullable=False, default=""),  # only the session's own secret opens it
    sa.Index("session_person", "person"),
)

chat_group = sa.Table(  # user groups that teams.yaml names: their members as last read well
    "chat_group",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("people", sa.JSON, nullable=False),
    moment("read_at", optional=True),
    sa.Column("problem", sa.Text, nullable=False, default=""),
)

own_key = sa.Table(  # keys made by us for ourselves, in hex; nobody else is ever given one
    "own_key",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("key", sa.String, nullable=False),
)

worker_lease = sa.Table(
    "worker_lease",
    metadata,
    sa.Column("executor", sa.String, primary_key=True),
    moment("expires_at"),
)
