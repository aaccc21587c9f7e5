"""How many records real files hold, by the folder they lie in: which source reads them, and the counters.

A new source needs no line here; one whose samples lie beside the checkout gets one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.sources.counters import (
    affected,
    artifact_analysis,
    asff,
    assessed,
    checkov,
    defender_xdr,
    elements,
    falcon,
    graph,
    inside,
    inspector,
    lines,
    listed,
    none,
    one,
    openvex,
    osv,
    packages_matched,
    parts,
    qualys,
    rows,
    singularity,
    spdx,
    trivy_operator,
    vulners,
    wiz,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """Who reads the files of a folder, and how many records of each kind one body of them must give.

    What is set aside counts as what it would have been: a component, else a finding or a statement.
    """

    source: str
    findings: Callable[[Any], int] = none
    components: Callable[[Any], int] = none
    statements: Callable[[Any], int] = none


COUNTS: Mapping[str, Counted] = {
    "aqua": Counted("aqua", inside("resources", "vulnerabilities")),
    "aws-guardduty": Counted("aws-guardduty", asff),
    "aws-inspector": Counted("aws-inspector", inspector),
    "aws-securityhub": Counted("aws-securityhub", asff),
    "azure-defender-recommendations": Counted("azure-defender-csv", rows),
    "checkov": Counted("checkov", checkov),
    "cloudflare": Counted("cloudflare", one),
    "crowdstrike": Counted("crowdstrike", falcon),
    "cyclonedx": Counted("cyclonedx", affected, lambda bill: len(parts(bill)), assessed),
    "dependency-track": Counted("dependency-track", listed("findings")),
    "gcp-artifact-analysis": Counted("gcp-artifact-analysis", artifact_analysis),
    "gcp-cloud-logging-etd": Counted("gcp-scc", one),
    "gcp-scc": Counted("gcp-scc", one),
    "generic": Counted("generic", listed("findings")),
    "github-advisory": Counted("github", one),
    "github-code-scanning": Counted("github", one),
    "github-dependabot": Counted("github", one),
    "github-ping": Counted("github", one),
    "github-repo-vuln-alert": Counted("github", one),
    "github-secret-scanning": Counted("github", one),
    "github-vuln-graphql": Counted("github", one),
    "gitlab-dep-scan": Counted("gitlab-report", listed("vulnerabilities")),
    "gitlab-sast": Counted("gitlab-report", listed("vulnerabilities")),
    "grype": Counted("grype", listed("matches"), packages_matched),
    "kube-bench": Counted("kube-bench", lambda chapters: sum(inside("tests", "results")(one) for one in chapters)),
    "kubehunter": Counted("kube-hunter", listed("vulnerabilities")),
    "kubescape": Counted("kubescape", inside("results", "controls")),
    "ms-defender-endpoint": Counted("ms-defender-endpoint", listed("value")),
    "ms-defender-xdr": Counted("ms-defender-xdr", defender_xdr),
    "ms-graph-security": Counted("ms-graph-security", graph),
    "nmap": Counted("nmap", vulners),
    "nuclei": Counted("nuclei", lines),
    "okta": Counted("okta", one),
    "openvas": Counted("openvas", elements("result")),
    "openvex": Counted("openvex", statements=openvex),
    "orca": Counted("orca", lines),
    "osv-scanner": Counted("osv-scanner", osv),
    "pagerduty": Counted("pagerduty", one),
    "prisma-twistlock": Counted("prisma-cloud", inside("results", "vulnerabilities", "compliances")),
    "prowler-ocsf": Counted("prowler", listed()),
    "qualys": Counted("qualys", qualys),
    "sarif": Counted("sarif", inside("runs", "results")),
    "semgrep": Counted("semgrep", listed("results")),
    "sentinelone": Counted("sentinelone", singularity),
    "snyk": Counted("snyk-cli", listed("vulnerabilities")),
    "snyk-audit": Counted("snyk", one),
    "spdx": Counted("spdx", components=spdx),
    "suricata": Counted("suricata", one),
    "tenable-nessus": Counted("nessus", elements("ReportItem")),
    "trivy-operator": Counted("trivy-operator", trivy_operator),
    "trivy": Counted(
        "trivy", inside("Results", "Vulnerabilities", "Misconfigurations", "Secrets"), inside("Results", "Packages")
    ),
    "wazuh": Counted("wazuh", lambda body: len(body["hits"]["hits"])),
    "wiz": Counted("wiz", wiz),
    "zap": Counted("zap", elements("alertitem")),
}
