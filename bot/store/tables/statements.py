"""What is said of vulnerabilities in products (VEX): the documents, and their statements ready to be asked."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import metadata, moment

stating = sa.Table(  # the version of each document that holds
    "stating",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("document", sa.String, primary_key=True),
    sa.Column("version", sa.String, nullable=False),
    moment("at"),
    sa.Column("delivery", sa.String, nullable=False),
)

statement = sa.Table(  # a row for each vulnerability id and each package it may be asked by
    "statement",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("document", sa.String, nullable=False),
    sa.Column("delivery", sa.String, nullable=False),
    sa.Column("vulnerability", sa.String, nullable=False),
    sa.Column("package", sa.String, nullable=False),  # deb/debian/openssl; "" = a whole resource
    sa.Column("holds", sa.Boolean, nullable=False),  # not while its document is being read, nor when it is withdrawn
    sa.Column("withdrawn", sa.Boolean, nullable=False, default=False),  # it did hold: forgotten once that was heeded
    sa.Column("told", sa.JSON, nullable=False),  # the whole contract Statement
    sa.Index("statement_by_vulnerability", "vulnerability", "package"),
    sa.Index("statement_by_document", "source", "document"),
)
