"""Tetragon: what its tracing policies saw, exported as JSON lines and shipped by a collector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.contract.finding import Finding, Kind, Resource
from connectors.contract.source import Family, Source
from connectors.formats.json_records import JsonRecords
from connectors.formats.windows import hour_of
from connectors.formats.workloads import workload_of, workload_resource
from connectors.signing import basic, bearer
from connectors.text import one_line
from connectors.wild import Wild

ID = "tetragon"
_SEEN_BY_POLICY = ("process_kprobe", "process_tracepoint", "process_uprobe", "process_lsm", "process_usdt")
_ENFORCING = frozenset({"SIGKILL", "SIGNAL", "OVERRIDE", "NOTIFYENFORCER"})


def _read(told: Wild) -> Iterator[Finding]:
    """Only what a policy saw; that a process started or ended is no alert. Tetragon tells no severity."""
    kind = next((key for key in _SEEN_BY_POLICY if told.get(key) is not None), "")
    if not kind and any(key.startswith(("process_", "rate_limit")) for key in _keys(told)):
        return
    seen = told.at(kind) if kind else told
    hook = seen.first("function_name", "event", "symbol", "name")  # of a kprobe or LSM, tracepoint, uprobe, USDT
    rule = seen.text("policy_name") or hook or seen.need("policy_name")
    process, at = seen.at("process"), told.time("time")
    binary = process.text("binary", limit=1_000)
    yield Finding(
        source=ID,
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


RECORDS = JsonRecords(_read, "no line of Tetragon's export", keys=("time",))
SOURCE = Source(
    id=ID,
    title="Tetragon",
    family=Family.RUNTIME,
    arrives="Tetragon's JSON export: what its tracing policies saw",
    kinds=(Kind.DETECTION,),
    vendor_docs="https://tetragon.io/docs/reference/grpc-api/",
    verifiers=(bearer(), basic()),
    parse=RECORDS.parse,
    envelopes=("ndjson",),
    docs=(
        "Let a collector read Tetragon's export (the log of the container export-stdout, or tetragon.log), keep the "
        "lines with a policy_name, and post them in batches as newline-delimited JSON to this address with the secret "
        "as bearer token."
    ),
)
