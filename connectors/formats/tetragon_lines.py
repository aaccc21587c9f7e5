"""Lines of Tetragon's export: what a tracing policy saw, and the process and pod it saw it in.

Shape: Tetragon docs, "gRPC API".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract.finding import Finding, Kind, Resource
from connectors.formats.windows import hour_of
from connectors.formats.workloads import workload_of, workload_resource
from connectors.text import one_line
from connectors.wild import Wild

_SEEN_BY_POLICY = ("process_kprobe", "process_tracepoint", "process_uprobe", "process_lsm", "process_usdt")
_ENFORCING = frozenset({"SIGKILL", "SIGNAL", "OVERRIDE", "NOTIFYENFORCER"})


def read_line(source: str, told: Wild) -> Iterator[Finding]:
    """Only what a policy saw; that a process started or ended is no alert. Tetragon tells no severity.

    Raises Unreadable.
    """
    kind = next((key for key in _SEEN_BY_POLICY if told.get(key) is not None), "")
    if not kind and any(key.startswith(("process_", "rate_limit")) for key in _keys(told)):
        return
    seen = told.at(kind) if kind else told
    hook = seen.first("function_name", "event", "symbol", "name")  # of a kprobe or LSM, tracepoint, uprobe, USDT
    rule = seen.text("policy_name") or hook or seen.need("policy_name")
    process, at = seen.at("process"), told.time("time")
    binary = process.text("binary", limit=1_000)
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(seen.text("message", limit=400) or f"{rule}: {binary.rpartition('/')[2] or 'a process'}"),
        resource=_resource(told, process.at("pod")),
        problem=f"tetragon-{rule}",
        rule_name=hook,
        locator=(binary, hook, hour_of(at)),
        summary=one_line(f"{binary} {process.text('arguments', limit=1_000)}", 1_500),
        actor=process.text("process_credentials", "uid") or process.text("uid"),
        process=binary,
        mitre=tuple(tag for tag in seen.texts("tags") if "mitre" in tag.lower()),
        status_reason=_answer(seen.text("action")),
        first_seen=at,
        last_seen=at,
        observed_at=at,
        pointer=told.pointer(),
    )


def _keys(told: Wild) -> tuple[Any, ...]:
    return tuple(told.value) if isinstance(told.value, dict) else ()


def _answer(action: str) -> str:
    """What the policy answers; in monitoring mode Tetragon names it too and does not do it, so no more is claimed."""
    named = action.rpartition("_")[2]
    return f"the policy's answer: {named.lower()}" if named in _ENFORCING else ""


def _resource(told: Wild, pod: Wild) -> Resource:
    cluster, node = told.text("cluster_name"), told.text("node_name")
    if pod.value is None:
        name = node or told.need("node_name")
        return Resource(id=name, type="host", name=name, provider="host", cluster=cluster)
    kind, name = pod.text("workload_kind").lower(), pod.text("workload")
    if not (kind and name) or kind == "pod":
        kind, name = "workload", workload_of(pod.need("name"))
    namespace = pod.text("namespace")
    return workload_resource(namespace, kind, name, cluster, pod.text("container", "image", "id").partition("@")[2])
