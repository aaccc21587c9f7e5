"""The trail: it grows without gaps, and each way of tampering with it is named at the first bad record."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.audit import Broken, Head, Record, Verified, append, digest, head, latest, verify
from bot.store.db import Store
from bot.store.tables import audit

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


def a_record(number: int, **changed: object) -> Record:
    words: dict[str, object] = {
        "at": AT,
        "who": "ana",
        "act": "fix",
        "target": f"S-{number}",
        "where_from": "slack T0EXAMPLE:U0ANA",
        "outcome": "done",
        "detail": {"plan": "4f1c", "number": number, "ratio": 0.5, "text": "é \u2028 <&>"},
    }
    return Record(**(words | changed))  # type: ignore[arg-type]


async def a_trail(store: Store, count: int = 9) -> Head:
    async with store.write() as connection:
        return await append(connection, [a_record(number) for number in range(1, count + 1)])


async def unprotect(connection: AsyncConnection) -> None:
    """What someone with the owner's rights on the database could do first."""
    if connection.dialect.name == "sqlite":
        for word in ("update", "delete"):
            await connection.execute(sa.text(f"DROP TRIGGER audit_no_{word}"))
    else:
        await connection.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER ALL"))


async def checked(store: Store, anchor: Head | None = None) -> Verified | Broken:
    async with store.read() as connection:
        return await verify(connection, anchor)


async def test_an_empty_trail_is_whole(store: Store) -> None:
    assert await checked(store) == Verified(0, Head(0, "0" * 64))


async def test_records_are_numbered_without_gaps_over_many_transactions(store: Store) -> None:
    await a_trail(store, 3)
    async with store.write() as connection:
        last = await append(connection, [a_record(4), a_record(5)])
    assert last.sequence == 5
    assert await checked(store) == Verified(5, last)


async def test_a_transaction_that_is_rolled_back_leaves_no_gap(store: Store) -> None:
    await a_trail(store, 2)
    async with store.write() as connection:
        await append(connection, [a_record(3)])
        await connection.rollback()
    async with store.write() as connection:
        last = await append(connection, [a_record(3)])
    assert await checked(store) == Verified(3, last)


async def test_many_writers_at_once_make_one_chain(store: Store) -> None:
    async def write(number: int) -> None:
        async with store.write() as connection:
            await append(connection, [a_record(number)])

    await asyncio.gather(*(write(number) for number in range(40)))
    assert isinstance(whole := await checked(store), Verified)
    assert whole.count == 40


async def test_the_hash_is_over_canonical_json_as_the_documentation_says() -> None:
    row = {"sequence": 1, "at": AT, "who": "ana", "act": "fix", "target": "S-1", "where_from": "console"}
    row |= {"outcome": "done", "detail": {"b": 1, "a": "é"}, "previous": "0" * 64, "hash": "not part of it"}
    # sha256sum of: {"act":"fix","at":"2026-03-02T09:00:00.123456Z","detail":{"a":"é","b":1},"outcome":"done",
    # "previous":"000…","sequence":1,"target":"S-1","where_from":"console","who":"ana"} without the line break
    assert digest(row) == "81d525e9b920e16fe00fca5b1209c44e4d2820ef7a05aff6a5e1ee8e13568795"


async def test_the_database_refuses_to_change_or_delete_a_record(store: Store) -> None:
    await a_trail(store)
    statements = [sa.update(audit).values(who="ben"), sa.delete(audit).where(audit.c.sequence == 3)]
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"):
            async with store.write() as connection:
                await connection.execute(statement)
    assert isinstance(await checked(store), Verified)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("who", "ben"),
        ("act", "undo"),
        ("target", "S-5"),
        ("where_from", "console"),
        ("outcome", "failed"),
        ("detail", {}),
        ("at", datetime(2026, 3, 2, 9, 0, 0, 123457, tzinfo=UTC)),
        ("hash", "f" * 64),
    ],
)
async def test_a_changed_record_is_named(store: Store, column: str, value: object) -> None:
    await a_trail(store)
    async with store.write() as connection:
        await unprotect(connection)
        await connection.execute(sa.update(audit).where(audit.c.sequence == 4).values({column: value}))
    assert isinstance(found := await checked(store), Broken)
    assert found.sequence == 4


async def test_a_change_whose_hash_was_made_to_fit_is_named_at_the_next_record(store: Store) -> None:
    await a_trail(store)
    async with store.write() as connection:
        await unprotect(connection)
        row = dict((await connection.execute(sa.select(audit).where(audit.c.sequence == 4))).mappings().one())
        row["outcome"] = "failed"
        row["hash"] = digest(row)
        await connection.execute(sa.update(audit).where(audit.c.sequence == 4).values(row))
    assert isinstance(found := await checked(store), Broken)
    assert found.sequence == 5
    assert "does not follow record 4" in found.why


@pytest.mark.parametrize(("gone", "named"), [([4], 4), ([1], 1), ([4, 5, 6], 4)])
async def test_deleted_records_are_named(store: Store, gone: list[int], named: int) -> None:
    await a_trail(store)
    async with store.write() as connection:
        await unprotect(connection)
        await connection.execute(sa.delete(audit).where(audit.c.sequence.in_(gone)))
    assert isinstance(found := await checked(store), Broken)
    assert found.sequence == named
    assert "missing" in found.why


async def test_a_deleted_record_whose_successors_were_renumbered_is_named(store: Store) -> None:
    await a_trail(store)
    async with store.write() as connection:
        await unprotect(connection)
        await connection.execute(sa.delete(audit).where(audit.c.sequence == 4))
        for number in range(5, 10):
            await connection.execute(sa.update(audit).where(audit.c.sequence == number).values(sequence=number - 1))
    assert isinstance(found := await checked(store), Broken)
    assert found.sequence == 4


async def test_two_records_that_changed_places_are_named(store: Store) -> None:
    await a_trail(store)
    async with store.write() as connection:
        await unprotect(connection)
        for before, after in ((4, 1000), (7, 4), (1000, 7)):
            await connection.execute(sa.update(audit).where(audit.c.sequence == before).values(sequence=after))
    assert isinstance(found := await checked(store), Broken)
    assert found.sequence == 4


@pytest.mark.parametrize("where", [0, -3, 10])
async def test_an_inserted_record_is_named(store: Store, where: int) -> None:
    await a_trail(store)
    async with store.write() as connection:
        row = dict((await connection.execute(sa.select(audit).where(audit.c.sequence == 4))).mappings().one())
        row["sequence"] = where
        row["hash"] = digest(row)
        await connection.execute(audit.insert(), [row])
    assert isinstance(found := await checked(store), Broken)
    assert found.sequence == where


async def test_a_tail_cut_off_shows_only_against_an_anchor(store: Store) -> None:
    anchor = await a_trail(store)
    async with store.write() as connection:
        await unprotect(connection)
        await connection.execute(sa.delete(audit).where(audit.c.sequence > 6))
    assert isinstance(await checked(store), Verified)
    assert isinstance(found := await checked(store, anchor), Broken)
    assert found.sequence == 7


async def test_a_trail_written_anew_shows_only_against_an_anchor(store: Store) -> None:
    anchor = await a_trail(store)
    async with store.write() as connection:
        await unprotect(connection)
        await connection.execute(sa.delete(audit))
        await append(connection, [a_record(number, who="ben") for number in range(1, 12)])
    assert isinstance(await checked(store), Verified)
    assert isinstance(found := await checked(store, anchor), Broken)
    assert found.sequence == 9


async def test_an_anchor_within_the_trail_holds(store: Store) -> None:
    anchor = await a_trail(store, 4)
    async with store.write() as connection:
        await append(connection, [a_record(5)])
    assert isinstance(await checked(store, Head.parse(str(anchor))), Verified)


@pytest.mark.parametrize("text", ["", "12", "12:abc", "x:" + "0" * 64, "-1:" + "0" * 64, "1:" + "G" * 64])
def test_what_is_no_head_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="is no head of an audit trail"):
        Head.parse(text)


async def test_what_is_named_as_a_secret_is_withheld(store: Store) -> None:
    detail = {"api_token": "xoxb-1", "inner": [{"Password": "hunter2"}], "plan": "4f1c"}
    async with store.write() as connection:
        await append(connection, [a_record(1, detail=detail)])
    async with store.read() as connection:
        row = (await latest(connection))[0]
    assert row.detail == {"api_token": "(withheld)", "inner": [{"Password": "(withheld)"}], "plan": "4f1c"}
    assert isinstance(await checked(store), Verified)


async def test_the_latest_records_of_one_target_come_newest_first(store: Store) -> None:
    async with store.write() as connection:
        await append(connection, [a_record(number % 2) for number in range(6)])
    async with store.read() as connection:
        rows = await latest(connection, target="S-1", limit=2)
        assert [row.sequence for row in rows] == [6, 4]
        assert [row.sequence for row in await latest(connection, target="S-1", before=4)] == [2]
        assert (await head(connection)).sequence == 6
