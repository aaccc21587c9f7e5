"""What the rows of findings rest on."""

from __future__ import annotations

from bot.store import tables as t
from bot.store.findings import FindingRow


def test_a_row_has_the_columns_in_their_order() -> None:
    columns = [column.name for column in t.finding.columns][1:]
    assert [{"times": "count"}.get(name, name) for name in FindingRow.__struct_fields__] == columns
