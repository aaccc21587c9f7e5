"""Google Cloud's resources by their full names (``//compute.googleapis.com/projects/…``), as its inventory has them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.contract.finding import Resource
from connectors.wild import Wild

_PROJECT = re.compile(r"projects/([^/]+)")
_PLACE = re.compile(r"(?:zones|regions|locations)/([^/]+)")
_KUBERNETES = ("k8s_container", "k8s_pod", "k8s_cluster", "k8s_node")


def resource_of(message: Wild, finding: Wild) -> Resource:
    """The resource of a Security Command Center finding.

    Details are beside the finding (version 1 of the API, and 2 under other names), or in it. A threat in a virtual
    machine was once told of the project: then the machine is in ``sourceProperties``.
    """
    details = message.at("resource") if message.get("resource") is not None else finding.at("resource")
    machine = finding.text("sourceProperties", "properties", "instanceDetails", limit=1_000)
    name = f"//compute.googleapis.com{machine}" if machine.startswith("/projects/") else ""
    name = name or finding.text("resourceName", limit=1_000) or details.need("name", limit=1_000)
    project = details.first("projectDisplayName", "project_display_name") or details.text(
        "gcpMetadata", "projectDisplayName"
    )
    found, place = _PROJECT.search(name), _PLACE.search(name)
    return Resource(
        id=name,
        type="google.compute.Instance" if machine else details.text("type"),
        name=(details.first("displayName", "display_name") if not machine else "") or name.rpartition("/")[2],
        provider="gcp",
        account=project or (found.group(1) if found else ""),
        region=details.text("location") or (place.group(1) if place else ""),
    )


def monitored(kind: str, labels: Mapping[str, str], project: str) -> Resource:
    """A resource that Cloud Monitoring tells as a type and labels, under its full name where it has one."""
    project = labels.get("project_id") or project
    place = labels.get("zone") or labels.get("location") or labels.get("region") or ""
    if kind == "gce_instance" and labels.get("instance_id") and place:
        name = labels["instance_id"]
        identity = f"//compute.googleapis.com/projects/{project}/zones/{place}/instances/{name}"
    elif kind == "gcs_bucket" and labels.get("bucket_name"):
        name = labels["bucket_name"]
        identity = f"//storage.googleapis.com/{name}"
    elif kind in _KUBERNETES and labels.get("cluster_name"):
        name = labels["cluster_name"]
        identity = f"//container.googleapis.com/projects/{project}/locations/{place}/clusters/{name}"
    elif labels.get("host"):
        identity = name = labels["host"]
    else:
        told = sorted(f"{key}={value}" for key, value in labels.items() if key != "project_id" and value)
        identity, name = "/".join((project, kind, *told)), kind
    return Resource(
        id=identity,
        type=kind,
        name=labels.get("instance_name") or name,
        provider="gcp",
        account=project,
        region=place,
        cluster=labels.get("cluster_name", ""),
        namespace=labels.get("namespace_name", ""),
        tags=labels,
    )
