"""The demo's folder: emptied at each start, but never under another demo, and never of what is not the demo's."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.house import fresh_folder
from bot.demo.telling import DidNotHappen


def test_a_second_demo_does_not_empty_the_folder_of_one_that_runs(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "demo"
    with fresh_folder(folder) as made:
        (made / "suture.db").write_text("a case")
        with pytest.raises(DidNotHappen, match="another demo runs"), fresh_folder(folder):
            pass
        assert (made / "suture.db").read_text() == "a case"

    with fresh_folder(folder) as again:
        assert not (again / "suture.db").exists()


def test_what_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("mine")
    with pytest.raises(DidNotHappen, match="move it away"), fresh_folder(tmp_path):
        pass
    assert (tmp_path / "letters").read_text() == "mine"
