"""``suture explain``: a payload through the very stages that a real one passes, and nothing of it kept."""

from __future__ import annotations

from bot.triage.accept import Received, items_of
from bot.triage.batch import Batch, Item
from bot.triage.rules import rules_of
from bot.triage.stages import triage
from bot.wiring import Wiring
from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Finding, Quarantined, Snapshot
from connectors.contract.source import SourceOptions
from connectors.reading import read


async def explain_payload(wiring: Wiring, source_id: str, body: bytes) -> list[str]:
    """Each stage's decision about each finding, as lines for a person."""
    source = wiring.sources.get(source_id)
    if source is None:
        return [f"There is no source {source_id!r}. There are: {', '.join(wiring.sources)}"]
    configured = wiring.settings.sources.get(source_id)
    options = configured.options() if configured else SourceOptions()
    try:
        reading = read(source, body, {}, options)
    except NotThisFormat as failure:
        return [f"This would be answered 400: {failure}"]
    lines = [f"{source.title}: delivery {reading.delivery_key}, {len(reading.records)} records"]
    lines += [f"quarantined at {r.pointer or '/'}: {r.reason}" for r in reading.records if isinstance(r, Quarantined)]
    lines += [
        f"snapshot of {r.scope}: what it no longer holds is resolved"
        for r in reading.records
        if isinstance(r, Snapshot)
    ]
    findings = [record for record in reading.records if isinstance(record, Finding)]
    now = wiring.clock()
    received = Received(
        id="explained",
        source=source.id,
        delivery_key=reading.delivery_key,
        received_at=now,
        headers={},
        body=body,
        parser_version=source.parser_version,
        records=reading.records,
        environment=options.environment,
    )
    async with wiring.store.read() as connection:
        batch = Batch(now=now, items=items_of(received, findings))
        batch = await triage(batch, connection, rules_of(wiring.settings, wiring.fixes), None)
    for number, item in enumerate(batch.items, 1):
        lines += _said(number, item)
    return lines


def _said(number: int, item: Item) -> list[str]:
    finding = item.finding
    lines = [f"{number}. {finding.title}", f"   deduplicate: {item.change.value}, fingerprint {item.fingerprint}"]
    asset = f"asset {item.asset.name}" if item.asset else f"no asset of the inventory is {finding.resource.id}"
    owner = item.owner.team or "nobody"
    lines.append(f"   enrich: {asset}; owner {owner} ({item.owner.why}); environment {item.environment or 'unknown'}")
    said = f" ({item.said.words})" if item.said is not None else ""
    stops = f"stops here: {item.reason.value}{said}" if item.reason else "asks for a decision"
    lines.append(f"   suppress: {item.state.value}, {stops}")
    if item.case is not None:
        known = f"joins S-{item.case.id}" if item.case.id else "begins a new case"
        lines.append(f"   group: {known}, problem {finding.problem}")
        if item.decision is not None:
            lines.append(f"   prioritize: {item.decision.sentence}")
        if item.case.routed is not None:
            channel = item.case.routed.channel
            where = f"{channel.chat} {channel.id}" if channel else "nowhere"
            lines.append(f"   route: {where} ({item.case.routed.why})")
    return lines
