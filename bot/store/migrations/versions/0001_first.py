"""The first schema."""

from __future__ import annotations

from alembic import op

from bot.store.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table; the first release has nothing to change."""
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Refused: a database that has accepted alerts is not thrown away by a command."""
    raise RuntimeError("there is nothing before the first schema; restore a backup instead")
