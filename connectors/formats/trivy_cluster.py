"""Trivy's report of a Kubernetes cluster (``trivy k8s``): objects, each with results as of an image or a file.

Shape: Trivy's ``pkg/k8s/report/report.go``. One object has an entry for its manifest and one for each of its images
(``Resources``, of ``--report all``); the summary has one for all of it (``Findings``), and none where all is well. The
first versions kept ``Vulnerabilities`` and ``Misconfigurations`` apart. Objects are named as trivy-operator's are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from msgspec.structs import replace

from connectors.contract.finding import AllSeen, Finding, Record
from connectors.formats.control_families import family_of
from connectors.formats.images import image_repository, named_by_digest
from connectors.formats.json_paths import At
from connectors.formats.kubescape_objects import NO_CLUSTER
from connectors.formats.places import Equals
from connectors.formats.reports import Report
from connectors.formats.trivy_operator_records import check_name
from connectors.formats.trivy_packages import package
from connectors.formats.trivy_records import misconfiguration, secret, vulnerability
from connectors.formats.trivy_report import RESULT, Artifact, Result, result_of
from connectors.formats.trivy_snapshots import snapshots
from connectors.formats.workloads import owner_of, workload_resource
from connectors.quarantine import each_head, each_placed
from connectors.wild import Wild

_SUMMARY = "Findings"  # says nothing of what could not be scanned
LISTS = ("Resources", _SUMMARY, "Vulnerabilities", "Misconfigurations")
_ENTRY = ("Namespace", "Kind", "Name", "Error", "Metadata")
_NODES = frozenset({"NodeInfo", "NodeComponents"})  # what Trivy's collector saw of a node, and what runs on it


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the report. ``image`` is "" where it tells of none, or of several at once.

    ``is_whole``: it would show whatever of this object can be seen.
    """

    artifact: Artifact
    image: str
    is_whole: bool
    equals: Equals = field(default_factory=Equals)


@dataclass(frozen=True, slots=True)
class Seen:
    """One result of an entry."""

    entry: Entry
    result: Result

    @property
    def image(self) -> str:
        """The image it is of, without the tag. A distribution's packages lie in ``<image> (debian 12.5)``."""
        of_distribution = self.result.kind == "os-pkgs"
        return self.entry.image or (image_repository(self.result.target.partition(" ")[0]) if of_distribution else "")


def read_cluster(source: str, report: Report) -> Iterator[Record]:
    """All findings, and what was looked at and can be called gone: never of an object that Trivy could not scan."""
    head = report.head("ClusterName")
    cluster = report.named or head.text("ClusterName")
    listed = [one for one in LISTS if one in head.value]
    entries: dict[At, Entry] = {}
    for one in listed:
        yield from each_head(report.heads(f"{one}[]", *_ENTRY), partial(_entry, cluster, one != _SUMMARY), entries)
    results = (report.heads(f"{one}[].Results[]", *RESULT, begun=("Packages",)) for one in listed)
    heads = {at: told for below in results for at, told in below.items() if at[:2] in entries}
    seen: dict[At, Seen] = {}
    yield from each_placed(heads, lambda at, told: Seen(entries[at[:2]], result_of(told)), seen)
    readers = {f"{one}[].Results[].{key}": read for one in listed for key, read in _readers(source).items()}
    yield from report.within(seen, readers)
    yield from _gone(entries, seen.values(), (at[:2] for at, told in heads.items() if "Packages" in told.value))


def _entry(cluster: str, is_whole: bool, told: Wild) -> Entry:
    kind, name = told.need("Kind"), told.need("Name")
    kind, name = owner_of("Node" if kind in _NODES else kind, name)
    images = [one for one in _metadata(told) if one.text("ImageID") or one.get("RepoTags")]
    image, digest = _image(images[0]) if len(images) == 1 else ("", "")
    resource = workload_resource(told.text("Namespace"), kind, name, cluster, digest)
    artifact = Artifact(resource, f"trivy {resource.id}" if cluster else "", () if cluster else (NO_CLUSTER,))
    return Entry(artifact, image, is_whole and not told.text("Error", limit=2_000))


def _metadata(told: Wild) -> Iterator[Wild]:
    """Versions before 0.57 had one object."""
    if isinstance(told.get("Metadata"), dict):
        return iter((told.at("Metadata"),))
    return told.items("Metadata")


def _image(told: Wild) -> tuple[str, str]:
    """Its repository, without the tag, and its digest."""
    name, digest = named_by_digest(told.texts("RepoDigests"))
    tag = next(iter(told.texts("RepoTags")), "")
    return name or image_repository(tag), digest or told.text("ImageID")


def _readers(source: str) -> Mapping[str, Callable[[Seen, Wild], Iterable[Record]]]:
    return {
        "Vulnerabilities[]": partial(_in_image, source, vulnerability),
        "Misconfigurations[]": partial(_check, source),
        "Secrets[]": partial(_in_image, source, secret),
        "Packages[]": _package,
    }


def _in_image(
    source: str, read: Callable[[str, Artifact, Result, Wild], Iterator[Finding]], seen: Seen, told: Wild
) -> Iterator[Finding]:
    """Of two images of one workload each has its own; the report does not say in which container one runs."""
    for one in read(source, seen.entry.artifact, seen.result, told):
        yield replace(one, locator=(seen.image, *one.locator))


def _check(source: str, seen: Seen, told: Wild) -> Iterator[Finding]:
    """A check of the object as it runs: its manifest was written to a file only to be read by Trivy."""
    for one in misconfiguration(source, seen.entry.equals, seen.entry.artifact, seen.result, told):
        rule = check_name(one.rule_id)
        family = family_of(rule)
        yield replace(
            one,
            rule_id=rule,
            problem=family.problem,
            resource=seen.entry.artifact.resource,
            locator=one.locator[1:],
            world_open=family.world_open,
            port=family.port,
            protocol=family.protocol,
        )


def _package(seen: Seen, told: Wild) -> Iterator[Record]:
    return package(_names(seen.entry), told)


def _names(entry: Entry) -> tuple[str, ...]:
    """The whole name only: ``api`` alone is many things."""
    return (entry.artifact.resource.id,) if entry.artifact.scope else ()


def _gone(entries: Mapping[At, Entry], seen: Iterable[Seen], packages: Iterable[At]) -> Iterator[Record]:
    """Of an object that is wholly seen, each class of what was looked for in it, over all its entries."""
    partly = {entry.artifact.resource.id for entry in entries.values() if not entry.is_whole}
    listed = dict.fromkeys(_names(entries[at]) for at in packages)
    yield from (AllSeen(names) for names in listed if names and names[0] not in partly)
    classes: dict[str, tuple[Artifact, set[str]]] = {}
    for one in seen:
        artifact = one.entry.artifact
        if artifact.resource.id not in partly:
            classes.setdefault(artifact.resource.id, (artifact, set()))[1].add(one.result.kind)
    for artifact, kinds in classes.values():
        yield from snapshots(artifact, kinds)
