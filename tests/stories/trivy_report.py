"""A Trivy report of one host's packages, in the shape of Trivy's JSON (schema version 2)."""

from __future__ import annotations

from typing import Any


def report_of(host: str, *cves: str) -> dict[str, Any]:
    """What a scan of that host says when it finds these weaknesses; none of them: a clean host."""
    result: dict[str, Any] = {"Target": host, "Class": "os-pkgs", "Type": "debian"}
    if cves:
        result["Vulnerabilities"] = [_weakness(cve) for cve in cves]
    return {"SchemaVersion": 2, "ArtifactName": host, "ArtifactType": "vm", "Results": [result]}


def _weakness(cve: str) -> dict[str, Any]:
    return {
        "VulnerabilityID": cve,
        "PkgName": "openssl",
        "InstalledVersion": "1.0.1f",
        "FixedVersion": "1.0.1g",
        "Severity": "HIGH",
        "Title": f"openssl: {cve}",
    }
