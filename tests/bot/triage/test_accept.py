"""What is promised of an alert on its way in: told once, whatever is repeated, shuffled, re-scored or closed."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import sqlalchemy as sa
from msgspec.structs import replace

from bot.model.written import content_hash, finding_of
from bot.store import tables as t
from connectors.contract.finding import Quarantined, Severity, Snapshot, Status
from connectors.contract.identity import correlation_key, fingerprint
from tests.bot.triage.bench import Workbench, finding


async def test_a_first_alert_opens_one_case_with_one_message(bench: Workbench) -> None:
    said = await bench.deliver(finding())

    assert (said.findings, said.new, said.repeated, said.quarantined) == (1, 1, 0, 0)
    case = await bench.one_case()
    assert (case.owner, case.environment, case.problem) == ("payments", "production", "CVE-2014-0160")
    assert (case.state, case.open_findings, case.total_findings) == ("open", 1, 1)
    (message,) = await bench.rows(t.message)
    assert (message.case_id, message.channel, message.wanted, message.sent) == (case.id, "payments", 1, 0)


async def test_what_a_finding_says_stands_in_the_column_of_its_name(bench: Workbench) -> None:
    now = bench.clock()
    first, looked = now - timedelta(hours=3), now - timedelta(hours=2)
    told = finding("pay-1", first_seen=first, observed_at=looked, scope="report:pay", title="A title")
    gone = finding("pay-2", status=Status.RESOLVED)

    said = await bench.deliver(told, gone)

    row, resolved = await bench.rows(t.finding)
    (case,) = await bench.rows(t.cases)
    expected = {
        "fingerprint": fingerprint(told),
        "correlation_key": correlation_key(told),
        "source": "generic",
        "kind": "vulnerability",
        "problem": "CVE-2014-0160",
        "resource": "pay-1",
        "asset": "",
        "severity": 4,
        "title": "A title",
        "state": "open",
        "reason": "",
        "said": "",
        "said_by": "",
        "priority": 2,
        "sentence": "scheduled in this test",
        "case_id": case.id,
        "scope": "report:pay",
        "content_hash": content_hash(told),
        "count": 1,
        "reopened": 0,
        "first_seen": first,
        "last_seen": now,
        "observed_at": looked,
        "resolved_at": None,
        "delivery": said.delivery,
    }
    stored = dict(row._mapping)
    assert finding_of(stored.pop("document")) == told
    assert stored.pop("id") == row.id
    assert stored == expected
    assert (resolved.state, resolved.reason, resolved.resolved_at) == ("resolved", "resolved", now)


async def test_the_same_delivery_twice_is_a_no_op(bench: Workbench) -> None:
    first = await bench.deliver(finding(), key="a")
    second = await bench.deliver(finding(), key="a")

    assert second.delivery == first.delivery
    assert (second.new, second.repeated) == (0, 1)
    (row,) = await bench.rows(t.finding)
    assert row.count == 1


async def test_the_same_delivery_twice_in_one_commit_is_stored_once(bench: Workbench) -> None:
    one, two = bench.received(finding(), key="a"), bench.received(finding(), key="a")

    said = await bench.deliver_together([one, two])

    assert [each.delivery for each in said] == [one.id, one.id]
    assert len(await bench.rows(t.delivery)) == 1


async def test_a_repeated_finding_is_counted_and_tells_nobody(bench: Workbench) -> None:
    await bench.deliver(finding())
    bench.clock.advance(hours=1)
    said = await bench.deliver(finding())

    assert (said.new, said.repeated) == (0, 1)
    (row,) = await bench.rows(t.finding)
    assert (row.count, row.last_seen) == (2, bench.clock())
    (message,) = await bench.rows(t.message)
    assert message.wanted == 1


async def test_forty_hosts_are_one_case_and_one_message(bench: Workbench) -> None:
    await bench.deliver(*(finding(f"web-{n}") for n in range(40)))

    case = await bench.one_case()
    assert (case.open_findings, case.total_findings) == (40, 40)
    assert len(await bench.rows(t.message)) == 1


async def test_an_asset_that_joins_later_is_a_line_in_the_thread(bench: Workbench) -> None:
    await bench.deliver(finding("web-1"))
    await bench.deliver(finding("web-2"))

    assert await bench.lines() == ["Also affected: web-2."]
    (message,) = await bench.rows(t.message)
    assert message.wanted == 2


async def test_another_environment_is_another_case(bench: Workbench) -> None:
    staged = finding("web-9")
    staged = replace(staged, resource=replace(staged.resource, tags={"env": "staging"}))
    await bench.deliver(finding(), staged)

    assert {case.environment for case in await bench.rows(t.cases)} == {"production", "staging"}


async def test_severity_up_is_told_and_moves_the_due_date(bench: Workbench) -> None:
    await bench.deliver(finding())
    before = await bench.one_case()
    await bench.deliver(finding(severity=Severity.CRITICAL))

    case = await bench.one_case()
    assert case.severity == Severity.CRITICAL
    assert case.priority < before.priority
    assert case.due_at < before.due_at
    assert await bench.lines() == ["More urgent now: out-of-cycle in this test"]


async def test_severity_down_lowers_the_case_by_what_is_left(bench: Workbench) -> None:
    await bench.deliver(finding("web-1", severity=Severity.CRITICAL), finding("web-2"))
    await bench.deliver(finding("web-1", severity=Severity.LOW))

    case = await bench.one_case()
    assert (case.severity, case.sentence) == (Severity.HIGH, "scheduled in this test")


async def test_resolved_everywhere_is_fixed_and_open_again_is_regressed(bench: Workbench) -> None:
    await bench.deliver(finding())
    bench.clock.advance(hours=1)
    await bench.deliver(finding(status=Status.RESOLVED))
    closed = await bench.one_case()
    assert (closed.state, closed.open_findings, closed.fixed_at) == ("fixed", 0, bench.clock())

    bench.clock.advance(hours=1)
    await bench.deliver(finding())

    case = await bench.one_case()
    assert (case.state, case.open_findings, case.fixed_at) == ("regressed", 1, None)
    (row,) = await bench.rows(t.finding)
    assert row.reopened == 1


async def test_what_passed_or_is_a_sample_never_opens_a_case(bench: Workbench) -> None:
    quiet = [Status.PASSED, Status.SAMPLE, Status.ARCHIVED, Status.SUPPRESSED, Status.RESOLVED]
    await bench.deliver(*(finding(f"web-{n}", status=status) for n, status in enumerate(quiet)))

    assert await bench.rows(t.cases) == []
    assert {row.reason for row in await bench.rows(t.finding)} == {
        "passed",
        "sample",
        "archived",
        "suppressed",
        "resolved",
    }


async def test_in_one_delivery_the_worst_status_wins(bench: Workbench) -> None:
    await bench.deliver(finding(status=Status.OPEN), finding(status=Status.PASSED))

    assert (await bench.one_case()).state == "open"


async def test_an_older_look_changes_nothing(bench: Workbench) -> None:
    now = bench.clock()
    await bench.deliver(finding(observed_at=now))
    await bench.deliver(finding(observed_at=bench.clock.advance(hours=-2), status=Status.RESOLVED), at=now)

    assert (await bench.one_case()).state == "open"


async def test_order_does_not_matter(bench: Workbench) -> None:
    now = bench.clock()
    later = bench.clock.advance(hours=1)
    await bench.deliver(finding(observed_at=later, status=Status.RESOLVED), at=later)
    await bench.deliver(finding(observed_at=now), at=later)

    assert await bench.rows(t.cases) == []


async def test_a_bad_record_is_quarantined_and_its_siblings_go_on(bench: Workbench) -> None:
    said = await bench.deliver(Quarantined("/findings/1", "severity is a list", "{}"), finding())

    assert (said.findings, said.quarantined) == (1, 1)
    (row,) = await bench.rows(t.quarantine)
    assert (row.delivery, row.pointer, row.reason) == (said.delivery, "/findings/1", "severity is a list")


async def test_a_snapshot_resolves_what_it_no_longer_holds(bench: Workbench) -> None:
    first = [finding(f"web-{n}", scope="trivy:shop") for n in (1, 2)]
    await bench.deliver(*first, Snapshot("trivy:shop"), finding("other", scope="trivy:other"))
    bench.clock.advance(hours=1)
    await bench.deliver(first[0], Snapshot("trivy:shop"))

    states = {row.resource: (row.state, row.reason) for row in await bench.rows(t.finding)}
    assert states == {"web-1": ("open", ""), "web-2": ("resolved", "resolved"), "other": ("open", "")}
    assert (await bench.one_case()).open_findings == 2


async def test_a_look_of_which_something_could_not_be_read_resolves_nothing(bench: Workbench) -> None:
    first = [finding(f"web-{n}", scope="trivy:shop") for n in (1, 2)]
    await bench.deliver(*first, Snapshot("trivy:shop"))
    bench.clock.advance(hours=1)
    await bench.deliver(first[0], Quarantined("/1", "this is needed and is missing"), Snapshot("trivy:shop"))
    assert {row.state for row in await bench.rows(t.finding)} == {"open"}

    unnamed = Quarantined("/components/7", "no name", is_component=True)
    await bench.deliver(first[0], unnamed, Snapshot("trivy:shop"))
    assert {row.resource: row.state for row in await bench.rows(t.finding)} == {"web-1": "open", "web-2": "resolved"}


async def test_an_older_scan_that_comes_late_changes_nothing(bench: Workbench) -> None:
    monday, tuesday = bench.clock(), bench.clock.advance(days=1)
    seen = [finding(f"web-{n}", scope="trivy:shop", observed_at=monday) for n in (1, 2)]
    later = replace(seen[0], observed_at=tuesday)
    await bench.deliver(later, Snapshot("trivy:shop", tuesday))
    await bench.deliver(*seen, Snapshot("trivy:shop", monday))
    assert (await bench.one_case()).open_findings == 2  # web-2 is news: nobody had looked since

    gone = replace(seen[1], observed_at=bench.clock.advance(hours=1))
    await bench.deliver(later, Snapshot("trivy:shop", bench.clock()))
    await bench.deliver(replace(gone, observed_at=monday), Snapshot("trivy:shop", monday))
    states = {row.resource: row.state for row in await bench.rows(t.finding)}
    assert states == {"web-1": "open", "web-2": "resolved"}


async def test_a_scan_from_the_future_counts_as_made_when_it_came(bench: Workbench) -> None:
    await bench.deliver(finding("web-1", observed_at=bench.clock() + timedelta(days=30)))
    bench.clock.advance(hours=1)
    await bench.deliver(finding("web-1", status=Status.RESOLVED, observed_at=bench.clock()))

    assert (await bench.one_case()).state == "fixed"


async def test_an_accepted_risk_stays_quiet_until_the_facts_change(bench: Workbench) -> None:
    await bench.deliver(finding())
    async with bench.store.write() as connection:
        await connection.execute(sa.update(t.cases).values(decision="accepted", state="accepted", until=bench.clock()))
    await bench.deliver(finding("web-2"))
    assert (await bench.one_case()).state == "accepted"
    quiet = [row.reason for row in await bench.rows(t.finding)]
    assert quiet == ["", "accepted"]

    await bench.deliver(finding("web-3", severity=Severity.CRITICAL))

    case = await bench.one_case()
    assert (case.state, case.decision, case.until) == ("open", "", None)
    assert any(line.startswith("No longer accepted, because the facts changed") for line in await bench.lines())


async def test_what_was_learned_about_an_owner_is_kept(bench: Workbench) -> None:
    async with bench.store.write() as connection:
        row = {"resource": "web-1", "team": "platform", "person": "ana", "at": bench.clock()}
        await connection.execute(t.learned_owner.insert(), [row])
    await bench.deliver(finding())

    assert (await bench.one_case()).owner == "platform"


async def test_a_failing_transaction_leaves_nothing_behind(bench: Workbench) -> None:
    received = bench.received(finding())
    try:
        async with bench.store.write() as connection:
            from bot.triage.accept import accept
            from tests.bot.triage.bench import RULES

            await accept(connection, [received], RULES, bench.engine)
            raise RuntimeError("the process dies here")
    except RuntimeError:
        pass

    assert await bench.rows(t.delivery) == []
    assert await bench.rows(t.cases) == []
    assert await bench.rows(t.channel) == []


async def test_what_a_sender_says_again_after_something_else_is_no_retry(bench: Workbench) -> None:
    """Firing, resolved and firing again, byte for byte the same, from a sender that names no delivery."""
    firing, resolved = finding(), replace(finding(), status=Status.RESOLVED)
    for number, told in enumerate((firing, firing, resolved, firing, firing)):
        name = "sha256:resolved" if told is resolved else "sha256:firing"
        received = dataclasses.replace(bench.received(told, at=bench.clock()), delivery_key=name)
        (answer,) = await bench.deliver_together([received])
        bench.clock.advance(seconds=20)
        assert (answer.delivery == received.id) is (number in (0, 2, 3, 4)), number

    (row,) = await bench.rows(t.finding)
    assert row.state == "open"
