"""Kubernetes workloads: the thing that is owned and patched, as against the pods that come and go."""

from __future__ import annotations

import re

# <workload>-<replica set's hash>-<five letters>, <workload>-<five letters> of a daemon set, <workload>-<number>
_REPLICA = re.compile(r"(.+?)-[a-f0-9]{6,10}-[a-z0-9]{5}")
_DAEMON = re.compile(r"(.+?)-(?=[a-z0-9]*\d)[bcdfghjklmnpqrstvwxz2456789]{5}")
_ORDINAL = re.compile(r"(.+?)-\d{1,4}")


def workload_of(pod: str) -> str:
    """The workload's name in a pod's: Kubernetes adds a hash, five letters of a fixed alphabet, or a number."""
    for pattern in (_REPLICA, _DAEMON, _ORDINAL):
        if found := pattern.fullmatch(pod):
            return found.group(1)
    return pod
