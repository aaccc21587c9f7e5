"""The 72 rows of SSVC's *Deployer Patch Application Priority* 1.0.0: read, and refused unless whole.

The table is CERT/CC's (https://certcc.github.io/SSVC/, © Carnegie Mellon University), with the columns exploitation,
exposure, automatable, human_impact and decision.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from itertools import product
from pathlib import Path

from bot.model.priority_tables import Exploitation, HumanImpact, Priority, Row
from bot.settings.notebook import Notebook, Place
from bot.settings.problems import did_you_mean
from connectors.contract.context import Exposure

SHIPPED = Path(__file__).with_name("ssvc-deployer.csv")
EXPOSURES = (Exposure.SMALL, Exposure.CONTROLLED, Exposure.OPEN)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "exploitation": tuple(Exploitation),
    "exposure": EXPOSURES,
    "automatable": ("no", "yes"),
    "human_impact": tuple(HumanImpact),
    "decision": tuple(Priority),
}


def read_ssvc(notebook: Notebook, path: Path, shown: str, named_at: Place) -> Mapping[Row, Priority]:
    """Every combination with its priority. A file that is not whole is told of, row by row; ``shown`` is its name."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        notebook.problem(named_at, f"the table {shown} cannot be read", "name a file beside priority.yaml")
        return {}
    file = f"{notebook.directory}/{shown}"
    if not lines or lines[0].strip().split(",") != list(COLUMNS):
        notebook.problem(Place(file, 1, ""), "not the header of the table", f"write {','.join(COLUMNS)}")
        return {}
    found: dict[Row, Priority] = {}
    for number, cells in enumerate(csv.reader(lines[1:]), 2):
        _read_row(notebook, Place(file, number, ""), cells, found)
    whole = set(product(Exploitation, EXPOSURES, (False, True), HumanImpact))
    for row in sorted(whole - found.keys()):
        words = ", ".join("yes" if cell is True else "no" if cell is False else str(cell) for cell in row)
        notebook.problem(Place(file, 0, ""), f"no row for {words}", "each of the 72 combinations stands once")
    return found


def _read_row(notebook: Notebook, place: Place, cells: list[str], found: dict[Row, Priority]) -> None:
    if len(cells) != len(COLUMNS):
        notebook.problem(place, f"{len(cells)} cells instead of {len(COLUMNS)}")
        return
    wrong = [
        (name, cell, words) for (name, words), cell in zip(COLUMNS.items(), cells, strict=True) if cell not in words
    ]
    for name, cell, words in wrong:
        notebook.problem(Place(place.file, place.line, name), f'unknown word "{cell}"', did_you_mean(cell, words))
    if wrong:
        return
    exploitation, exposure, automatable, impact, decision = cells
    row = (Exploitation(exploitation), Exposure(exposure), automatable == "yes", HumanImpact(impact))
    if row in found:
        notebook.problem(place, "the same combination twice")
        return
    found[row] = Priority(decision)
