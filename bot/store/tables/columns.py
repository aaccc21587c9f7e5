"""What every table's columns are made of: times, numbers, and the metadata that all tables belong to.

No text has a length: SQLite would ignore it and PostgreSQL would refuse the whole transaction. What comes from outside
is bounded where it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData()

NOT_PRIORITISED = 9  # sorts after every rank


@lru_cache(maxsize=1_024)  # what comes together has few times
def _microseconds(value: datetime | None) -> int | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value!r}")
    return int(value.timestamp() * 1_000_000)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as microseconds since 1970: the same on SQLite and PostgreSQL, and sortable."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """Aware time to microseconds; a naive time is a bug and raises."""
        return _microseconds(value)

    def bind_processor(self, dialect: Any) -> Callable[[datetime | None], int | None]:
        """The same for each of very many, with nothing between."""
        return _microseconds

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """Microseconds to an aware UTC time."""
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


# SQLite gives rowids only to INTEGER columns; PostgreSQL wants 64 bits.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def number_id() -> sa.Column[int]:
    """A row's own number, counted by the database."""
    return sa.Column("id", Number, primary_key=True, autoincrement=True)


def moment(name: str, *, optional: bool = False) -> sa.Column[datetime]:
    """A time; ``optional`` where it may not have come yet."""
    return sa.Column(name, Moment, nullable=optional)
