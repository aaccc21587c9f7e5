"""Workloads under one name, whether a tool names the pod, the replica set or the deployment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.formats.windows import hour_of
from connectors.formats.workloads import owner_of, workload_id


@pytest.mark.parametrize(
    ("kind", "name", "owner"),
    [
        ("ReplicaSet", "nginx-deployment-965685897", ("deployment", "nginx-deployment")),
        ("ReplicaSet", "api-7d9c5b6f4c", ("deployment", "api")),
        ("ReplicaSet", "by-hand", ("replicaset", "by-hand")),
        ("Pod", "api-7d9c5b6f4c-x2x7q", ("workload", "api")),
        ("Pod", "static-web", ("workload", "static-web")),
        ("StatefulSet", "database", ("statefulset", "database")),
        ("DaemonSet", "agent", ("daemonset", "agent")),
    ],
)
def test_what_owns_an_object_is_named(kind: str, name: str, owner: tuple[str, str]) -> None:
    assert owner_of(kind, name) == owner


def test_a_workload_is_named_from_the_outside_in() -> None:
    assert workload_id("payments", "deployment", "api", "prod-1") == "prod-1/payments/deployment/api"
    assert workload_id("", "clusterrole", "admin") == "clusterrole/admin"


def test_an_hour_is_a_window_and_no_time_is_none() -> None:
    assert hour_of(datetime(2026, 3, 2, 9, 59, 59, tzinfo=UTC)) == "2026-03-02T09"
    assert hour_of(None) == ""
