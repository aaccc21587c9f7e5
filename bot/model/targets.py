"""What a fix could act on for a finding: the named resource itself, or what exposes the asset to the world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from connectors.contract.context import AssetRecord, Exposure
from connectors.contract.finding import Finding, Kind, Resource
from connectors.contract.fix import Fix, Target

Choice = tuple[str, Target]  # fix id and its target


def targets_of(finding: Finding, exposers: Iterable[AssetRecord], fixes: Mapping[str, Fix]) -> list[Choice]:
    """The fixes that could help, each with its target.

    A vulnerable service on a port of a host that a security group exposes can be taken off the internet there: the
    inventory's *exposed by* link says which group, never the alert.
    """
    looked_at = [finding]
    if finding.kind is Kind.VULNERABILITY and finding.port is not None:
        looked_at += [_exposed(finding, asset) for asset in exposers]
    found: dict[tuple[str, str, str, str], Choice] = {}
    for each in looked_at:
        for fix in fixes.values():
            target = fix.offers(each)
            if target is not None:
                key = (fix.id, target.account, target.id, str(sorted(target.arguments.items())))
                found.setdefault(key, (fix.id, target))
    return list(found.values())


def _exposed(finding: Finding, asset: AssetRecord) -> Finding:
    """The finding as one about the asset that exposes it."""
    named = next((name for name in asset.identifiers if name.startswith("arn:")), asset.id)
    region = named.split(":")[3] if named.count(":") >= 5 else ""
    resource = Resource(
        id=named, type=asset.type or "AwsEc2SecurityGroup", provider="aws", account=asset.account, region=region
    )
    return replace(
        finding,
        kind=Kind.COMPLIANCE,
        resource=resource,
        problem=f"network.open-port.{finding.port}",
        world_open=asset.exposure is Exposure.OPEN,
        protocol=finding.protocol or "tcp",
        package=None,
    )
