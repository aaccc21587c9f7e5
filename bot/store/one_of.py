"""``column IN (…)`` of many values that go as one: a list that is spelt out costs more than looking it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_to_json = msgspec.json.Encoder().encode


class _Texts(sa.types.TypeDecorator[Sequence[str]]):
    """A list of texts: an array on PostgreSQL, JSON on SQLite."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """The dialect's own way to hold it."""
        return dialect.type_descriptor(ARRAY(sa.Text) if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: sa.Dialect) -> Any:
        """What goes over the wire."""
        return list(value or ()) if dialect.name == "postgresql" else _to_json(list(value or ())).decode()


class _OneOf(FunctionElement[bool]):
    inherit_cache = True
    type = sa.Boolean()

    def self_group(self, against: Any = None) -> Self:
        """As it is: SQLAlchemy would write ``= 1`` behind it on SQLite, which then reads the whole table."""
        return self


@compiles(_OneOf, "sqlite")
def _in_json(element: _OneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, values = element.clauses
    each = sa.func.json_each(values).table_valued("value")
    return compiler.process(column.in_(sa.select(each.c.value)), **more)


@compiles(_OneOf, "postgresql")
def _any(element: _OneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, values = element.clauses
    return compiler.process(column == sa.any_(values), **more)


def one_of(column: sa.ColumnElement[str], parameter: str) -> sa.ColumnElement[bool]:
    """Whether the column holds one of the texts that ``parameter`` brings, a sequence of any length."""
    return _OneOf(column, sa.bindparam(parameter, type_=_Texts()))
