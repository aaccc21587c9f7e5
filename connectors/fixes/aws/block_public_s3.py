"""Block public access to an S3 bucket: turn its four flags on, keep what they were, put that back on undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from connectors.contract.failure import NeedsHuman
from connectors.contract.finding import Finding
from connectors.contract.fix import Access, Change, Fact, Fix, Plan, Receipt, Target, Verification
from connectors.fixes.aws.arn import bucket, is_account, is_bucket, is_region
from connectors.fixes.aws.bucket_access import (
    FLAGS,
    FULL_BLOCK,
    READS,
    PublicBlock,
    as_block,
    owned,
    radius,
    read_block,
    read_use,
    risk,
)
from connectors.fixes.aws.failures import ask

_FLAGS_READ = "s3:GetBucketPublicAccessBlock"
_FLAGS_WRITTEN = "s3:PutBucketPublicAccessBlock"  # S3 asks for this permission to delete the configuration, too


class BlockPublicS3:
    """Turns on the four flags of one bucket's public access block."""

    id = "aws.block-public-s3"
    title = "Block public access to the bucket"
    platform = "aws"
    docs = (
        "Turns on the four flags of the bucket's public access block. Policies and access lists stay as they are and "
        "stop counting where they are public. Undo puts the four flags back as they were, or removes the "
        "configuration where there was none."
    )
    permissions: Mapping[str, Sequence[str]] = {"read": READS, "write": (*READS, _FLAGS_WRITTEN)}

    def offers(self, finding: Finding) -> Target | None:
        """A target when the finding says that a bucket, whose account it names, is public."""
        place = bucket(finding.resource) if finding.problem == "s3.public-access" else None
        return Target(account=place.account, region=place.region, id=place.id) if place else None

    def plan(self, target: Target, read: Access, now: datetime) -> Plan:
        """Which flags would change, in which ways the bucket is public, what may break. Reads only."""
        s3 = _client(target, read)
        block, use = read_block(s3, target), read_use(s3, target)
        return Plan(
            fix=self.id,
            target=target,
            title=f"Block public access to bucket {target.id}",
            changes=_changes(block, FULL_BLOCK),
            blast_radius=radius(use, now),
            operational_risk=risk(use, now),
            reversible=True,
            state={"block": _as_json(block), "use": asdict(use)},
            read_at=now,
        )

    def apply(self, plan: Plan, write: Access, intend: Callable[[Mapping[str, Any]], None]) -> Receipt:
        """Turn the flags on unless they all are. Raises NeedsHuman when the bucket is not as planned."""
        target = plan.target
        s3 = _client(target, write)
        block = read_block(s3, target)
        found = {"block": _as_json(block)}
        if block.complete:
            return Receipt(self.id, target, found, ())
        if found["block"] != plan.state["block"] or asdict(read_use(s3, target)) != plan.state["use"]:
            raise NeedsHuman(f"bucket {target.id} has changed since the plan: plan again")
        intend(found)
        _put(s3, target, FULL_BLOCK)
        return Receipt(self.id, target, found, _changes(block, FULL_BLOCK))

    def verify(self, target: Target, read: Access, now: datetime, *, undone: Receipt | None = None) -> Verification:
        """Read the four flags back. A bucket that cannot be read is unknown, with the reason; Retriable rises."""
        try:
            block = read_block(_client(target, read), target)
        except NeedsHuman as why:
            return Verification(None, (Fact(str(why), _FLAGS_READ, now),))
        wanted = FULL_BLOCK if undone is None else _from_json(undone.found["block"])
        evidence = [
            Fact(f"{flag} is {_word(on)}", _FLAGS_READ, now) for flag, on in zip(FLAGS, block.flags, strict=True)
        ]
        if not block.configured:
            evidence.append(Fact("the bucket has no public access block of its own", _FLAGS_READ, now))
        return Verification(block == wanted, tuple(evidence))

    def undo(self, receipt: Receipt, write: Access) -> Receipt:
        """Put the flags back as found. Raises NeedsHuman when somebody has set them to something else meanwhile."""
        target = receipt.target
        s3 = _client(target, write)
        block, wanted = read_block(s3, target), _from_json(receipt.found["block"])
        found = {"block": _as_json(block)}
        if block == wanted:
            return Receipt(self.id, target, found, ())
        if not block.complete:
            raise NeedsHuman(f"bucket {target.id}: its public access block was changed since the fix; decide by hand")
        _put(s3, target, wanted)
        return Receipt(self.id, target, found, _changes(block, wanted))


def _client(target: Target, access: Access) -> Any:
    """A client for the bucket. A target is only ever made by ``offers``, and is checked again all the same."""
    if not (is_account(target.account) and is_region(target.region) and is_bucket(target.id)):
        raise NeedsHuman(f"{BlockPublicS3.id}: the target is not a bucket of an account: {target!r}")
    return access.client("s3", target.region)


def _put(s3: Any, target: Target, block: PublicBlock) -> None:
    if not block.configured:
        ask(s3.delete_public_access_block, _FLAGS_WRITTEN, write=True, **owned(target))
        return
    flags = dict(zip(FLAGS, block.flags, strict=True))
    call = s3.put_public_access_block
    ask(call, _FLAGS_WRITTEN, write=True, PublicAccessBlockConfiguration=flags, **owned(target))


def _changes(before: PublicBlock, after: PublicBlock) -> tuple[Change, ...]:
    pairs = zip(FLAGS, before.flags, after.flags, strict=True)
    return tuple(Change(flag, _word(old), _word(new)) for flag, old, new in pairs if old != new)


def _word(on: bool) -> str:
    return "on" if on else "off"


def _as_json(block: PublicBlock) -> dict[str, Any]:
    return {"configured": block.configured, **dict(zip(FLAGS, block.flags, strict=True))}


def _from_json(values: Mapping[str, Any]) -> PublicBlock:
    return as_block(values, configured=values["configured"])


FIX: Fix = BlockPublicS3()
