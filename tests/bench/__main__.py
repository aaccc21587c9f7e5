"""``make bench``: one table from one run, each figure beside what was aimed at."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.row import SHORT, Row, Scale
from tests.bench.rows import all_rows


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Speed and memory of a real process.")
    parser.add_argument("--short", action="store_true", help="a few of everything: proves the rows, measures nothing")
    chosen = parser.parse_args()
    console = Console()
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    table = Table("what", "measured", "aim", "beside", title=f"Suture on {where}")

    def said(row: Row) -> None:
        console.print(f"[dim]{row.what}: {row.measured}[/dim]", highlight=False)

    with tempfile.TemporaryDirectory() as folder:
        for row in all_rows(Path(folder), SHORT if chosen.short else Scale(), said):
            table.add_row(row.what, row.measured, row.aim, row.beside)
    console.print(table)


if __name__ == "__main__":
    main()
