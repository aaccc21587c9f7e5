"""What a Falco alert is about: the workload, container, host, cluster object, account or repository its fields name.

Fields: Falco, "Supported Fields for Conditions and Outputs", and those of its plugins k8smeta, k8saudit, cloudtrail
and github. Which of them an alert has is up to its rule's output; ``cluster`` is one that people add themselves.
"""

from __future__ import annotations

from connectors.contract.finding import Resource
from connectors.formats.repositories import repository_name
from connectors.formats.workloads import workload_of, workload_resource
from connectors.wild import Wild

_OWNERS = (
    ("deployment", ("k8smeta.deployment.name", "k8s.deployment.name")),
    ("replicationcontroller", ("k8smeta.rc.name", "k8s.rc.name")),
)
_NO_CONTAINER = frozenset({"", "host", "<NA>"})


def resource_of(told: Wild) -> Resource:
    """The most lasting thing the alert names. Raises Unreadable when it names nothing, not even its host."""
    fields = told.at("output_fields")
    return _workload(fields) or _audited(fields) or _elsewhere(fields) or _on_host(told, fields)


def _known(fields: Wild, *keys: str) -> str:
    found = (fields.text(key) for key in keys)
    return next((one for one in found if one not in ("", "<NA>")), "")


def _workload(fields: Wild) -> Resource | None:
    namespace = _known(fields, "k8s.ns.name", "k8smeta.ns.name")
    pod = _known(fields, "k8s.pod.name", "k8smeta.pod.name")
    owners = ((kind, found) for kind, keys in _OWNERS if (found := _known(fields, *keys)))
    kind, name = next(owners, ("workload", workload_of(pod)))
    return _in_cluster(fields, namespace, kind, name) if name else None


def _audited(fields: Wild) -> Resource | None:
    """The object of a Kubernetes audit record."""
    kind, name = _known(fields, "ka.target.resource"), _known(fields, "ka.target.name")
    if kind == "pods" and name:
        kind, name = "workload", workload_of(name)
    return _in_cluster(fields, _known(fields, "ka.target.namespace"), kind, name) if kind and name else None


def _in_cluster(fields: Wild, namespace: str, kind: str, name: str) -> Resource:
    cluster = _known(fields, "k8s.cluster.name", "cluster")
    return workload_resource(namespace, kind, name, cluster, _known(fields, "container.image.digest"))


def _elsewhere(fields: Wild) -> Resource | None:
    if account := _known(fields, "ct.user.accountid"):
        identity = f"AWS::::Account:{account}"
        region = _known(fields, "ct.region")
        return Resource(id=identity, type="AwsAccount", name=account, provider="aws", account=account, region=region)
    if told := _known(fields, "github.repo"):
        repository = repository_name(told)
        return Resource(id=repository, type="repository", name=repository, provider="github", repository=repository)
    return None


def _on_host(told: Wild, fields: Wild) -> Resource:
    host, container = told.text("hostname"), _known(fields, "container.name")
    if _known(fields, "container.id") not in _NO_CONTAINER and container not in _NO_CONTAINER:
        identity = f"{host}/container/{container}" if host else f"container/{container}"
        digest = _known(fields, "container.image.digest")
        return Resource(id=identity, type="container", name=container, image_digest=digest)
    if not host:
        raise told.bad("it names neither a workload nor a host; add %k8s.pod.name to the rule's output", "hostname")
    return Resource(id=host, type="host", name=host, provider="host")
