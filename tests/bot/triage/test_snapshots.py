"""Two reports of one target that are written together: the later says what is there no more."""

from __future__ import annotations

from msgspec.structs import replace

from bot.store import tables as t
from connectors.contract.finding import Kind, Package, Snapshot
from tests.bot.triage.bench import Workbench, finding

SCOPE = Snapshot("a scan of the cluster")
ONE = finding("api", "cis-5.1.2", kind=Kind.COMPLIANCE, vuln_ids=(), scope=SCOPE.scope)
OTHER = finding("shop", "cis-5.1.2", kind=Kind.COMPLIANCE, vuln_ids=(), scope=SCOPE.scope)


async def states(bench: Workbench) -> dict[str, str]:
    return {row.resource: row.state for row in await bench.rows(t.finding)}


async def test_what_both_see_is_not_absent(bench: Workbench) -> None:
    await bench.deliver_together([bench.received(ONE, SCOPE), bench.received(ONE, SCOPE)])
    assert await states(bench) == {"api": "open"}


async def test_what_only_the_later_sees_is_there(bench: Workbench) -> None:
    await bench.deliver(ONE, OTHER, SCOPE)
    bench.clock.advance(hours=1)
    await bench.deliver_together([bench.received(ONE, SCOPE), bench.received(OTHER, SCOPE)])
    assert await states(bench) == {"api": "resolved", "shop": "open"}


async def test_what_was_in_a_package_that_it_could_not_look_into_is_not_absent(bench: Workbench) -> None:
    first = [replace(ONE, package=Package(name="left-pad")), replace(OTHER, package=Package(name="right-pad"))]
    await bench.deliver(*first, SCOPE)
    bench.clock.advance(hours=1)
    await bench.deliver(replace(SCOPE, unseen=("left-pad",)))
    assert await states(bench) == {"api": "open", "shop": "resolved"}
