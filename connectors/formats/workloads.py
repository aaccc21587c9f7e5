"""Kubernetes workloads: the thing that is owned and patched, as against the pods that come and go."""

from __future__ import annotations

import re

from connectors.contract.finding import Resource

# <workload>-<replica set's hash>-<five letters>, <workload>-<five letters> of a daemon set, <workload>-<number>
_REPLICA = re.compile(r"(.+?)-[a-f0-9]{6,10}-[a-z0-9]{5}")
_DAEMON = re.compile(r"(.+?)-(?=[a-z0-9]*\d)[bcdfghjklmnpqrstvwxz2456789]{5}")
_ORDINAL = re.compile(r"(.+?)-\d{1,4}")
_REPLICA_SET = re.compile(r"(.+)-[456789bcdf]{6,10}")  # the letters a template's hash is written with


def workload_of(pod: str) -> str:
    """The workload's name in a pod's: Kubernetes adds a hash, five letters of a fixed alphabet, or a number."""
    for pattern in (_REPLICA, _DAEMON, _ORDINAL):
        if found := pattern.fullmatch(pod):
            return found.group(1)
    return pod


def owner_of(kind: str, name: str) -> tuple[str, str]:
    """The kind (lower case) and name of what owns an object: a pod's workload, a hashed replica set's deployment."""
    kind = kind.lower()
    if kind == "pod":
        return "workload", workload_of(name)
    if kind == "replicaset" and (found := _REPLICA_SET.fullmatch(name)):
        return "deployment", found.group(1)
    return kind, name


def workload_id(namespace: str, kind: str, name: str, cluster: str = "") -> str:
    """``prod-1/payments/deployment/api``: one workload under one name, whoever tells of it."""
    return "/".join(part for part in (cluster, namespace, kind, name) if part)


def workload_resource(namespace: str, kind: str, name: str, cluster: str, image_digest: str) -> Resource:
    """A workload as the resource of a finding; ``image_digest`` is that of the container in question."""
    return Resource(
        id=workload_id(namespace, kind, name, cluster),
        type=kind,
        name=name,
        provider="kubernetes",
        cluster=cluster,
        namespace=namespace,
        image_digest=image_digest,
    )
