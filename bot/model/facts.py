"""The facts a priority follows from, out of a finding and what is known around it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.model.priority import PriorityFacts
from connectors.contract.context import AssetRecord, Exposure
from connectors.contract.finding import Finding, Kind


def facts_of(
    finding: Finding,
    asset: AssetRecord | None,
    *,
    exploited: Collection[str],
    knows_exploited: bool,
    scores: Mapping[str, float],
    attacked: Collection[str],
) -> PriorityFacts:
    """``attacked`` are the assets with an open detection; ``knows_exploited`` whether such a list is loaded at all."""
    found = [scores[cve] for cve in finding.vuln_ids if cve in scores]
    listed = any(cve in exploited for cve in finding.vuln_ids)
    return PriorityFacts(
        kind=finding.kind,
        severity=finding.severity,
        known_exploited=listed if knows_exploited else None,
        epss=max(found) if found else None,
        detection_on_asset=finding.kind is not Kind.DETECTION and asset is not None and asset.id in attacked,
        exposure=asset.exposure if asset else Exposure.UNKNOWN,
        world_open=finding.world_open,
        resource_type=finding.resource.type,
        family=finding.problem,
        port=finding.port,
        cvss_vector=finding.cvss_vector,
        reachable=True if finding.world_open else None,
        tier=asset.tier if asset else None,
        secret_active=finding.secret_active,
        public_repository=finding.publicly_leaked,
    )
