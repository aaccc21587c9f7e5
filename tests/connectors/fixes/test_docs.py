"""What docs/fixes.md says about each fix is what the fix says about itself: above all, its permissions."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import connectors.fixes
from connectors.contract.fix import Fix

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "fixes.md").read_text(encoding="utf-8")


def _fixes() -> Iterator[Fix]:
    for module in pkgutil.walk_packages(connectors.fixes.__path__, "connectors.fixes."):
        found = getattr(importlib.import_module(module.name), "FIX", None)
        if found is not None:
            yield found


FIXES = {fix.id: fix for fix in _fixes()}


def section_of(fix: str) -> str:
    sections = re.split(r"^## ", TEXT, flags=re.MULTILINE)
    return next(section for section in sections if section.splitlines()[0] == fix)


def actions_of(policy: Any) -> list[str]:
    actions: list[str] = []
    for statement in policy["Statement"]:
        told = statement["Action"]
        actions += [told] if isinstance(told, str) else told
    return sorted(actions)


def test_both_fixes_are_found() -> None:
    assert {"aws.close-open-port", "aws.block-public-s3"} <= set(FIXES)


@pytest.mark.parametrize("fix", FIXES)
def test_every_fix_is_a_heading_and_its_policies_are_its_permissions(fix: str) -> None:
    section = section_of(fix)
    read, write = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, flags=re.DOTALL))
    assert actions_of(read) == sorted(FIXES[fix].permissions["read"])
    assert actions_of(write) == sorted(FIXES[fix].permissions["write"])


@pytest.mark.parametrize("fix", FIXES)
def test_every_fix_says_how_it_is_undone_and_what_proves_it(fix: str) -> None:
    assert "**Undo**" in section_of(fix)
    assert "**Proof.**" in section_of(fix)
    assert "ndo" in FIXES[fix].docs


def test_no_heading_is_left_of_a_fix_that_is_gone() -> None:
    named = re.findall(r"^## ([a-z]+\.[a-z0-9-]+)$", TEXT, flags=re.MULTILINE)
    assert set(named) <= set(FIXES)
