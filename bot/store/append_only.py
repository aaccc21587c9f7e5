"""Triggers by which the database itself refuses to change or delete what was written once.

They stop a mistake and a hurried hand. Who may drop a trigger can still tamper; that is what the hash chain shows.
"""

from __future__ import annotations

import sqlalchemy as sa


def statements(dialect: str, table: str) -> list[str]:
    """The DDL for one table on ``sqlite`` or ``postgresql``, to be run one after another."""
    says = f"{table} is append-only: records are neither changed nor deleted"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{word} BEFORE {word.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            for word in ("update", "delete")
        ]
    function = f"{table}_append_only"
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{says}'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
    ]


def protect(table: sa.Table) -> None:
    """Have the triggers made whenever ``create_all`` makes the table."""
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(dialect, table.name):
            ddl = sa.DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            sa.event.listen(table, "after_create", ddl)
