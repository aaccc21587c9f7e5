"""What we know of the world: assets and their components, advisories, what is exploited, owners people taught us."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import metadata, moment

asset = sa.Table(
    "asset",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("identifiers", sa.JSON, nullable=False),
    sa.Column("environment", sa.String, nullable=False),
    sa.Column("tier", sa.SmallInteger, nullable=True),
    sa.Column("exposure", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("account", sa.String, nullable=False),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("patch", sa.Text, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # which inventory said so
    moment("read_at"),
)

asset_identifier = sa.Table(
    "asset_identifier",
    metadata,
    sa.Column("identifier", sa.String, primary_key=True),  # lower case
    sa.Column("asset", sa.String, nullable=False, index=True),
)

asset_link = sa.Table(
    "asset_link",
    metadata,
    sa.Column("asset", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("other", sa.String, primary_key=True, index=True),
)

component = sa.Table(
    "component",
    metadata,
    sa.Column("asset", sa.String, primary_key=True),
    sa.Column("purl", sa.String, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),  # the inventory or bill of materials that said so
    sa.Column("name", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("ecosystem", sa.String, nullable=False),
    # Spelled alike for look-ups: its own name, and that of the source package it was built from where that differs.
    sa.Column("spelled", sa.String, nullable=False),
    sa.Column("built_from", sa.String, nullable=False, default=""),
    moment("last_seen"),
    # All that *affected* asks of it first, so that a large fleet is judged from the index alone.
    sa.Index("component_by_name", "spelled", "purl", "asset"),
    sa.Index("component_by_source", "source"),
)
sa.Index(
    "component_by_source_package",
    component.c.built_from,
    component.c.purl,
    component.c.asset,
    sqlite_where=component.c.built_from != "",
    postgresql_where=component.c.built_from != "",
)

advisory = sa.Table(
    "advisory",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("document", sa.JSON, nullable=False),
    moment("read_at"),
)

advisory_alias = sa.Table(
    "advisory_alias",
    metadata,
    sa.Column("alias", sa.String, primary_key=True),
    sa.Column("advisory", sa.String, primary_key=True),
)

known_exploited = sa.Table(
    "known_exploited",
    metadata,
    sa.Column("cve", sa.String, primary_key=True),
    moment("added"),
    sa.Column("ransomware", sa.Boolean, nullable=False),
)

exploit_score = sa.Table(
    "exploit_score",
    metadata,
    sa.Column("cve", sa.String, primary_key=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("percentile", sa.Float, nullable=False),
)

context_read = sa.Table(  # when each list was last read, for "where it was read and when"
    "context_read",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("location", sa.Text, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("problem", sa.Text, nullable=False, default=""),
    sa.Column("digest", sa.String, nullable=False, default=""),
    moment("at"),
)

learned_owner = sa.Table(  # what a person taught us by *Mine* or *Not ours*
    "learned_owner",
    metadata,
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("team", sa.String, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    moment("at"),
)
