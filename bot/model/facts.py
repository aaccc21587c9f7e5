"""The facts a priority follows from, out of a finding and what is known around it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.priority import PriorityFacts
from connectors.contract.context import AssetRecord, Exposure
from connectors.contract.finding import Finding, Kind


@dataclass(frozen=True, slots=True)
class Threats:
    """What the outside does with the weaknesses of a batch."""

    exploited: frozenset[str]
    knows_exploited: bool  # whether a list of known-exploited vulnerabilities is loaded at all
    scores: Mapping[str, float]  # EPSS, by CVE
    attacked: frozenset[str]  # assets with an open detection


def facts_of(finding: Finding, asset: AssetRecord | None, threats: Threats) -> PriorityFacts:
    """Unknown stays unknown: without a list of known-exploited vulnerabilities, nothing is "not exploited"."""
    names = finding.vuln_ids
    scores = [threats.scores[cve] for cve in names if cve in threats.scores] if names else ()
    listed = not threats.exploited.isdisjoint(names)
    return PriorityFacts(
        kind=finding.kind,
        severity=finding.severity,
        known_exploited=listed if threats.knows_exploited else None,
        epss=max(scores) if scores else None,
        detection_on_asset=finding.kind is not Kind.DETECTION and asset is not None and asset.id in threats.attacked,
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
