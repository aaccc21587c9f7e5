"""How many records a file of a format holds, counted without the sources: a few lines each, as one would with jq.

``COUNTS`` is by the folder of samples: which source reads it, and the counter. A folder without one is counted by the
samples' own list, where that says the same thing. A new source needs no line here; one whose samples lie beside the
checkout gets one. A counter is given one body as JSON, else its bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Counted:
    """Who reads the files of a folder, and how many records one body of them must give: findings and quarantined."""

    source: str
    count: Callable[[Any], int]


def one(_: Any) -> int:
    """A message that tells one thing."""
    return 1


def asff(body: Any) -> int:
    """A finding for each resource that it names; one where it names none."""
    records = body if isinstance(body, list) else body.get("findings") or body.get("Findings") or [body]
    return sum(len(record.get("Resources") or "1") for record in records)


def listed(*keys: str) -> Callable[[Any], int]:
    """The members of the lists under these keys, or of the body itself where it is a list."""

    def count(body: Any) -> int:
        holders = body if isinstance(body, list) else [body]
        return sum(len(holder.get(key) or ()) for holder in holders for key in keys) if keys else len(holders)

    return count


def inside(outer: str, *keys: str) -> Callable[[Any], int]:
    """The members of lists in the members of a list."""
    return lambda body: listed(*keys)(body.get(outer) or [])


def checkov(body: Any) -> int:
    """What was checked and failed; what was skipped is told as suppressed."""
    looks = [look["results"] for look in (body if isinstance(body, list) else [body])]
    return sum(len(look.get("failed_checks", ())) + len(look.get("skipped_checks", ())) for look in looks)


def osv(body: Any) -> int:
    """A vulnerability that several databases tell of is one group."""
    packages = [package for result in body["results"] for package in result["packages"]]
    return sum(len(package.get("groups") or package["vulnerabilities"]) for package in packages)


def inspector(body: Any) -> int:
    """A finding for each vulnerable package that it names; one where it names none."""
    records = body.get("findings") or [body.get("detail") or body]
    return sum(
        len(record.get("packageVulnerabilityDetails", {}).get("vulnerablePackages") or "1") for record in records
    )


def rows(body: bytes) -> int:
    """The rows under a heading."""
    return len([row for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")) if row]) - 1


def elements(*names: str) -> Callable[[bytes], int]:
    """The elements of these names in XML."""

    def count(body: bytes) -> int:
        return sum(element.tag.rpartition("}")[2] in names for element in ElementTree.fromstring(body).iter())

    return count


def falcon(body: Any) -> int:
    """None for what Falcon's stream says of its own console."""
    return int(not body.get("metadata", {}).get("eventType", "").endswith("AuditEvent"))


def singularity(body: Any) -> int:
    """None for what SentinelOne's feed says of its own machinery: activity 90 is an agent's scan."""
    return int(str(body.get("activitytype")) != "90")


def prowler(body: Any) -> int:
    """None for what Prowler asks a person to look at: that is neither wrong nor well."""
    return sum(record.get("status_code") != "MANUAL" for record in body)


def trivy_operator(body: Any) -> int:
    """A custom resource, or a list of them; one that lists no vulnerabilities is set aside as a whole."""
    resources = body if isinstance(body, list) else [body]
    return sum(len(one.get("report", {}).get("vulnerabilities") or "1") for one in resources)


def lines(body: Any) -> int:
    """A document for each line."""
    return len(body) if isinstance(body, list) else 1


def vulners(body: bytes) -> int:
    """The CVEs that nmap's script lists; exploits stand beside them."""
    told = [one.text or "" for one in ElementTree.fromstring(body).iter("elem") if one.get("key") == "id"]
    return sum(text.startswith("CVE-") for text in told)


def qualys(body: bytes) -> int:
    """The rows of a sheet below its heading, each about a CVE."""
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    return sum(row[0].startswith("CVE-") for row in rows if row)


def cyclonedx(body: Any) -> int:
    """What each vulnerability affects; and the components without a package URL, which are set aside."""
    if isinstance(body, dict):
        nameless = sum("purl" not in one for one in body.get("components", ()))
        about_nothing = "component" not in body.get("metadata", {})  # said once, for the whole list
        return nameless + about_nothing + sum(len(one.get("affects", ())) for one in body["vulnerabilities"])
    bill = ElementTree.fromstring(body)
    within = [{part.tag.rpartition("}")[2] for part in one} for one in bill.iterfind("{*}components//{*}component")]
    return sum("purl" not in parts for parts in within) + sum(1 for _ in bill.iterfind(".//{*}vulnerability"))


COUNTS: Mapping[str, Counted] = {
    "aws-guardduty": Counted("aws-guardduty", asff),
    "aws-inspector": Counted("aws-inspector", inspector),
    "aws-securityhub": Counted("aws-securityhub", asff),
    "azure-defender-recommendations": Counted("azure-defender-csv", rows),
    "checkov": Counted("checkov", checkov),
    "cloudflare": Counted("cloudflare", one),
    "crowdstrike": Counted("crowdstrike", falcon),
    "cyclonedx": Counted("cyclonedx", cyclonedx),
    "dependency-track": Counted("dependency-track", listed("findings")),
    "gcp-cloud-logging-etd": Counted("gcp-scc", one),
    "gcp-scc": Counted("gcp-scc", one),
    "generic": Counted("generic", listed("findings")),
    "github-advisory": Counted("github", one),
    "github-code-scanning": Counted("github", one),
    "github-dependabot": Counted("github", one),
    "github-repo-vuln-alert": Counted("github", one),
    "github-secret-scanning": Counted("github", one),
    "github-vuln-graphql": Counted("github", one),
    "gitlab-dep-scan": Counted("gitlab-report", listed("vulnerabilities")),
    "gitlab-sast": Counted("gitlab-report", listed("vulnerabilities")),
    "grype": Counted("grype", listed("matches")),
    "kube-bench": Counted("kube-bench", listed()),
    "kubescape": Counted("kubescape", inside("results", "controls")),
    "ms-defender-xdr": Counted("ms-defender-xdr", one),
    "ms-graph-security": Counted("ms-graph-security", one),
    "nmap": Counted("nmap", vulners),
    "nuclei": Counted("nuclei", lines),
    "okta": Counted("okta", one),
    "openvas": Counted("openvas", elements("result")),
    "orca": Counted("orca", lines),
    "osv-scanner": Counted("osv-scanner", osv),
    "pagerduty": Counted("pagerduty", one),
    "prisma-twistlock": Counted("prisma-cloud", inside("results", "vulnerabilities", "compliances")),
    "prowler-ocsf": Counted("prowler", prowler),
    "qualys": Counted("qualys", qualys),
    "sarif": Counted("sarif", inside("runs", "results")),
    "semgrep": Counted("semgrep", listed("results")),
    "sentinelone": Counted("sentinelone", singularity),
    "snyk": Counted("snyk-cli", listed("vulnerabilities")),
    "snyk-audit": Counted("snyk", one),
    "suricata": Counted("suricata", one),
    "tenable-nessus": Counted("nessus", elements("ReportItem")),
    "trivy-operator": Counted("trivy-operator", trivy_operator),
    "trivy": Counted("trivy", inside("Results", "Vulnerabilities", "Misconfigurations", "Secrets")),
    "wazuh": Counted("wazuh", lambda body: len(body["hits"]["hits"])),
    "zap": Counted("zap", elements("alertitem")),
}
