"""Semgrep Supply Chain: a rule's match that is a vulnerable package, not a weakness of our own code.

Shape: ``sca_info`` of Semgrep's output schema (``semgrep_output_v1``) and the rule's ``sca-…`` metadata.
"""

from __future__ import annotations

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Package
from connectors.formats.packages import registry_package
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.text import one_line
from connectors.wild import Wild

_TYPES = {"gomod": "golang", "swiftpm": "swift", "mix": "hex"}  # Semgrep's words that are no purl types
_PURL_TYPES = frozenset({"cargo", "composer", "gem", "golang", "hex", "maven", "npm", "nuget", "pub", "pypi", "swift"})


def as_vulnerability(finding: Finding, extra: Wild) -> Finding:
    """The finding as one of the package named in ``sca_info``; as it is where there is none. Raises Unreadable."""
    found = extra.at("sca_info", "dependency_match", "found_dependency")
    if found.value is None:
        return finding
    metadata = extra.at("metadata")
    package = _package(found, metadata)
    named = metadata.text("sca-vuln-database-identifier")
    ids = sorted_ids((named,))
    return replace(
        finding,
        kind=Kind.VULNERABILITY,
        title=one_line(f"{named or finding.rule_name} in {package.name}"),
        problem=problem_of(finding.rule_id, ids),
        vuln_ids=ids,
        package=package,
        confidence="reachable" if extra.flag("sca_info", "reachable") else finding.confidence,
    )


def _package(found: Wild, metadata: Wild) -> Package:
    name, version = found.need("package"), found.text("version")
    fixed_in = ", ".join(dict.fromkeys(one.text(name) for one in metadata.items("sca-fix-versions") if one.get(name)))
    kind = _TYPES.get(found.text("ecosystem"), found.text("ecosystem"))
    if kind in _PURL_TYPES:
        return registry_package(kind, name, version, fixed_in)
    return Package(name=name, installed=version, fixed_in=fixed_in, ecosystem=kind)
