"""Bills of materials and VEX documents as pipelines and vendors send them, about one package of one host or image."""

from __future__ import annotations

import json
from typing import Any

from tests.stories.organisation import CONFIG, Changed

SOURCES = """
  cyclonedx: {secrets: [{env: SUTURE_TEST_TOKEN}]}
  spdx: {secrets: [{env: SUTURE_TEST_TOKEN}]}
  openvex: {secrets: [{env: SUTURE_TEST_TOKEN}]}
"""
WITH_BILLS = Changed(files={"sources.yaml": CONFIG["sources.yaml"].rstrip() + SOURCES})


def openssl(version: str) -> str:
    """OpenSSL's library as Debian 7 packages it, in that version."""
    source = version.replace("+", "%2B")
    return f"pkg:deb/debian/libssl1.0.0@{source}?distro=debian-7&upstream=openssl"


def bill_of(host: str, *purls: str) -> bytes:
    """A CycloneDX bill of what is installed on a host."""
    listed = [{"type": "library", "name": purl.split("@")[0], "bom-ref": purl, "purl": purl} for purl in purls]
    about = {"type": "operating-system", "name": host}
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": about}, "components": listed}
    return json.dumps(bill).encode()


def report_with(host: str, cve: str, purl: str, version: str) -> dict[str, Any]:
    """Trivy's report of one weakness in one package of a host."""
    weakness = {
        "VulnerabilityID": cve,
        "PkgName": "libssl1.0.0",
        "PkgIdentifier": {"PURL": purl},
        "InstalledVersion": version,
        "Severity": "HIGH",
        "Title": f"openssl: {cve}",
    }
    result = {"Target": host, "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [weakness]}
    return {"SchemaVersion": 2, "ArtifactName": host, "ArtifactType": "vm", "Results": [result]}


def vex(version: int, at: str, *statements: dict[str, Any]) -> bytes:
    """An OpenVEX document of the vendor."""
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.com/vex/openssl",
        "author": "Example Vendor",
        "version": version,
        "timestamp": at,
        "statements": list(statements),
    }
    return json.dumps(document).encode()


def says(cve: str, status: str, purl: str, justification: str = "") -> dict[str, Any]:
    """One statement of it."""
    told = {"vulnerability": {"name": cve}, "products": [{"@id": purl}], "status": status}
    return told | ({"justification": justification} if justification else {})
