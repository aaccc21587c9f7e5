"""Accounts that people tied to themselves, and the one-time addresses at which they do so."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import metadata, moment

linked_account = sa.Table(
    "linked_account",
    metadata,
    sa.Column("chat", sa.String, primary_key=True),
    sa.Column("account", sa.String, primary_key=True),  # T012:U345, nothing else: names and addresses change
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("name", sa.String, nullable=False),  # as the chat wrote it then, for people to read
    moment("at"),
)

link_request = sa.Table(  # somebody asked in a chat to be tied to a person; only the digest of the address is kept
    "link_request",
    metadata,
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("chat", sa.String, nullable=False),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("email", sa.String, nullable=False),
    moment("expires_at"),
)
