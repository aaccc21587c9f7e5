"""The examples of docs/inventory.md are loaded as they stand, and its table names every field."""

from __future__ import annotations

import io
import re
from pathlib import Path

from connectors.context import inventory_csv, inventory_json, osv_advisories
from connectors.contract.context import Advisory
from connectors.formats.inventory import FIELDS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "inventory.md").read_text(encoding="utf-8")


def examples(language: str) -> list[io.BytesIO]:
    return [io.BytesIO(body.encode()) for body in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)]


def test_the_table_names_every_field_and_no_other() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE)) == FIELDS


def test_the_inventories_load() -> None:
    (table,) = examples("csv")
    assets, advisory = examples("json")
    assert [asset.id for asset in inventory_csv.load(table, "page")] == ["lb-1", "web-1", "db-1"]
    assert [asset.id for asset in inventory_json.load(assets, "page")] == ["web-1", "db-1"]
    (written,) = osv_advisories.read(advisory, "page")
    assert isinstance(written, Advisory)
    assert [(package.name, package.ecosystem) for package in written.affected] == [("openssl", "")]
