"""What the policy itself starts: only where it says so by name, once, and said aloud like everything else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.store import tables as t
from tests.stories.fixing import plan_of
from tests.stories.open_port import open_port, rules_of
from tests.stories.policies import RULES
from tests.stories.world import World

BY_ITSELF = RULES + "\nlevels:\n  - {environments: [production], reversible: true, targets: 1, level: L0}\n"


@pytest.fixture
def policy() -> str:
    return BY_ITSELF


async def test_it_is_fixed_before_anybody_is_asked_and_says_by_which_rule(world: World, open_group: str) -> None:
    await world.alert(**open_port(open_group))
    card = await world.card("payments", "MITIGATED")
    await world.said_in_thread("payments", open_group, "Fixed at run time and verified")

    assert rules_of(world, open_group) == []
    assert "by the policy itself; config/policy.yaml:" in card.again().shown
    (run,) = await world.rows(t.run)
    assert run.person == ""
    assert ("policy", "fix") in [(row.who, row.act) for row in await world.rows(t.audit)]


async def test_what_somebody_undid_is_left_alone(world: World, open_group: str) -> None:
    await world.alert(**open_port(open_group))
    await world.card("payments", "MITIGATED")
    await world.press("payments", open_group, "Undo…", by="ben")
    form = await world.form("ben", "The hole is open again afterwards")
    await world.submit(form, by="ben")
    await world.said_in_thread("payments", open_group, "Undone and verified")

    (case,) = await world.rows(t.cases)
    await world.work("remediate.assess", case.id)
    assert len(await world.rows(t.run)) == 2  # the fix and its undo
    assert len(rules_of(world, open_group)) == 1


class TestOutsideItsWindow:
    """What is attacked now does not wait for its window, but then it takes a press."""

    @pytest.fixture
    def policy(self) -> str:
        day = datetime.now(UTC) + timedelta(days=2)
        cron = f"0 3 {day.day} {day.month} *"
        return BY_ITSELF + f'windows:\n  - {{environments: [production], cron: "{cron}", lasts: 1h}}\n'

    async def test_nothing_starts_by_itself(self, world: World, open_group: str) -> None:
        await world.alert(**open_port(open_group, kind="detection", severity="critical"))
        (case,) = await world.rows(t.cases)
        await world.work("remediate.assess", case.id)
        assert await world.rows(t.run) == []

        await world.submit(await plan_of(world, open_group, by="ana"), by="ana")
        await world.said_in_thread("payments", open_group, "Fixed at run time and verified")
        assert rules_of(world, open_group) == []
