"""Counters of records in files of a format: a few lines each, as one would write with jq, and without the sources.

A counter is given one body as JSON, else its bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree


def one(_: Any) -> int:
    """A message that tells one thing."""
    return 1


def none(_: Any) -> int:
    """A message that tells nothing of the kind."""
    return 0


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


def defender_xdr(body: Any) -> int:
    """Evidence of a device says beside it that its alert is no longer told of the tenant."""
    return 2 if body["category"] == "AdvancedHunting-AlertEvidence" else 1


def graph(body: Any) -> int:
    """An alert, and beside it that it is no longer told of the tenant or of what else it names."""
    owned = {
        name.lower()
        for one in body.get("evidence", ())
        for name in (
            one.get("resourceId"),
            one.get("deviceDnsName") or one.get("hostName") or one.get("mdeDeviceId"),
            (one.get("userAccount") or {}).get("userPrincipalName")
            or (one.get("userAccount") or {}).get("accountName"),
            one.get("primaryAddress"),
        )
        if name
    }
    return 1 + len(owned)


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


def parts(bill: Any) -> list[set[str]]:
    """The keys of each component of a CycloneDX bill, nested ones too."""
    if isinstance(bill, bytes):
        bill = ElementTree.fromstring(bill)
        return [{key.tag.rpartition("}")[2] for key in one} for one in bill.iterfind("{*}components//{*}component")]
    listed = bill.get("components", [])
    return [key for one in listed for key in (set(one), *parts(one))]


def affected(bill: Any) -> int:
    """What each vulnerability of a CycloneDX bill affects; before version 1.4 it stands in what it affects."""
    if isinstance(bill, bytes):
        return elements("vulnerability")(bill)
    return sum(len(one.get("affects", ())) for one in bill["vulnerabilities"])


def assessed(bill: Any) -> int:
    """Vulnerabilities of a CycloneDX bill of which it says that its subject does not have them."""
    told = [] if isinstance(bill, bytes) else bill["vulnerabilities"]
    return sum(one.get("analysis", {}).get("state") in ("not_affected", "false_positive", "resolved") for one in told)


def packages_matched(body: Any) -> int:
    """The packages of Grype's matches, each once."""
    return len({match["artifact"]["purl"] for match in (*body["matches"], *body.get("ignoredMatches", ()))})


def spdx(body: Any) -> int:
    """The packages but for the one that the document is about."""
    told = body.get("relationships", ())
    about = {one["relatedSpdxElement"] for one in told if one["relationshipType"] == "DESCRIBES"}
    return sum(one["SPDXID"] not in about for one in body["packages"])


def openvex(body: Any) -> int:
    """A statement for each product that it names, and in it for each part that it names."""
    products = [product for one in body["statements"] for product in one["products"]]
    return sum(len(one.get("subcomponents", "1")) if isinstance(one, dict) else 1 for one in products)


def artifact_analysis(body: Any) -> int:
    """A finding for each package in each occurrence."""
    by_severity = body["package_vulnerability_summary"]["vulnerabilities"]
    return sum(len(one["vulnerability"]["packageIssue"]) for listed in by_severity.values() for one in listed)


def wiz(body: Any) -> int:
    """An issue or detection; a sheet has a row for each."""
    return rows(body) if isinstance(body, bytes) else 1
