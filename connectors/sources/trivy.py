"""Trivy's JSON reports of images, file systems and repositories, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Record, Snapshot
from connectors.contract.source import Headers, Opened, Source, SourceOptions
from connectors.formats import trivy_records
from connectors.formats.streaming import stream
from connectors.formats.trivy_records import scope_of
from connectors.formats.trivy_report import LISTS, Artifact, Result, artifact_of, records_of, result_of
from connectors.quarantine import each, set_aside
from connectors.signing import bearer, standard_webhooks
from connectors.text import clean
from connectors.wild import Unreadable, Wild

ID = "trivy"
_NAMED = "x-suture-resource"
_NONE: Headers = {}
_READERS: Mapping[str, Callable[[str, Artifact, Result, Wild], Iterator[Finding]]] = {
    "Vulnerabilities": trivy_records.vulnerability,
    "Misconfigurations": trivy_records.misconfiguration,
    "Secrets": trivy_records.secret,
}
_CLASSES = {
    "os-pkgs": "Vulnerabilities",
    "lang-pkgs": "Vulnerabilities",
    "config": "Misconfigurations",
    "secret": "Secrets",
}
_HEAD = ("ArtifactName", "ArtifactType", "CreatedAt", "Metadata", "SchemaVersion")
_RECORDS = frozenset(f"Results.item.{name}.item" for name in LISTS)
_RESULT_HEAD = ("Target", "Class", "Type")


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """A whole report. Each class of records that it looked for is a snapshot of the artifact."""
    report = Wild(opened.body, opened.pointer)
    if not isinstance(report.value, dict) or "ArtifactName" not in report.value:
        raise UnknownShape("no report of trivy --format json: ArtifactName is not there")
    try:
        artifact = artifact_of(report, clean(opened.headers.get(_NAMED, "")))
        results = [(one, result_of(one)) for one in report.items("Results")]
        for told, result in results:
            for listed, record in records_of(told):
                yield from _read(artifact, result, listed, record)
        yield from _snapshots(artifact, {result.kind for _, result in results})
    except Unreadable as error:
        yield set_aside(error, Wild({key: report.value.get(key) for key in _HEAD}))


def _read(artifact: Artifact, result: Result, listed: str, record: Wild) -> Iterator[Record]:
    reader = _READERS[listed]
    return each([record], lambda told: reader(ID, artifact, result, told))


def _snapshots(artifact: Artifact, classes: set[str]) -> Iterator[Snapshot]:
    """Only for what the report shows that it looked for: a class without any result may not have been asked for."""
    looked_for = {_CLASSES[one] for one in classes if one in _CLASSES}
    for listed in LISTS:
        if listed in looked_for and artifact.scope:
            yield Snapshot(scope_of(artifact, listed), artifact.observed_at)


def read_report(file: IO[bytes], options: SourceOptions, headers: Headers = _NONE) -> Iterator[Record]:
    """The same records from a file of any size: its head is read first, then its records pass by one at a time."""
    head = _read_head(file)
    try:
        artifact = artifact_of(head, clean(headers.get(_NAMED, "")))
    except Unreadable as error:
        yield set_aside(error, head)
        return
    file.seek(0)
    classes: set[str] = set()
    for number, result, listed, value in _walk(file, [result_of(one) for one in head.items("Results")]):
        classes.add(result.kind)
        if listed:
            pointer = f"/Results/{number[0]}/{listed}"
            yield from _read(artifact, result, listed, Wild(value, pointer, number[1]))
    yield from _snapshots(artifact, classes)


def _read_head(file: IO[bytes]) -> Wild:
    """Everything but the records: what the artifact is, and of each result its Target, Class and Type.

    A pass of its own, because nothing promises that a result's Target stands before its records.
    """
    whole = frozenset({"ArtifactName", "ArtifactType", "CreatedAt", "Metadata"})
    heads = frozenset({"Results.item", *(f"Results.item.{key}" for key in _RESULT_HEAD)})
    head: dict[str, Any] = {"Results": []}
    result: dict[str, Any] = {}
    for prefix, value in stream(file, whole, heads):
        if prefix in whole:
            head[prefix] = value
        elif prefix == "Results.item":
            head["Results"].append(result)
            result = {}
        else:
            result[prefix.rpartition(".")[2]] = value
    if "ArtifactName" not in head:
        raise UnknownShape("no report of trivy --format json: ArtifactName is not there")
    return Wild(head)


def _walk(file: IO[bytes], results: list[Result]) -> Iterator[tuple[tuple[int, int], Result, str, Any]]:
    """((result's number, record's number), result, list's name, record); no name once, at a result's end."""
    place, counts = 0, dict.fromkeys(LISTS, 0)
    for prefix, value in stream(
        file, frozenset(f"Results.item.{name}.item" for name in LISTS), frozenset({"Results.item"})
    ):
        if prefix == "Results.item":
            yield (place, 0), results[place], "", None
            place, counts = place + 1, dict.fromkeys(LISTS, 0)
        else:
            listed = prefix.split(".")[2]
            yield (place, counts[listed]), results[place], listed, value
            counts[listed] += 1


SOURCE = Source(
    id=ID,
    title="Trivy",
    verifiers=(bearer(), standard_webhooks()),
    parse=parse,
    read_report=read_report,
    headers=(_NAMED,),
    docs=(
        "Run trivy with --format json and post the report to /v1/scans/trivy with the secret as bearer token. "
        "Scan by a name that lasts (the image's or repository's address, not a dot), or say it in the header "
        "X-Suture-Resource: what a later report of the same name no longer shows is resolved. Leaked secrets are not "
        "resolved that way unless the report holds any, since it does not say whether it looked for them."
    ),
)
