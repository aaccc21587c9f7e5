"""One vulnerability of a security report of GitLab's read into a finding, whatever kind of scan found it."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Package, Resource
from connectors.formats.gitlab_places import running_at
from connectors.formats.gitlab_scans import Scan, package_of
from connectors.formats.places import Equals, code_print, secret_print
from connectors.formats.scanned import relative
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.text import SUMMARY, https_url, one_line
from connectors.wild import Wild

_SECRET_RULES = ("gitleaks", "trufflehog")  # types of identifiers that only tell of secrets
# How GitLab tracks code that moves, the best first; "location" and "hash" stand for lines
_TRACKED = ("scope_offset_compressed", "scope_offset")
_NAMED = frozenset({"cve", "ghsa", "usn", "rhsa", "elsa"})


def read_vulnerability(source: str, scan: Scan, equals: Equals, told: Wild) -> Iterator[Finding]:
    """One of ``vulnerabilities``. Raises Unreadable.

    Its ``id`` is another in each report (GitLab advises a UUID), so it is known by its primary identifier, which is the
    first, and its place, as GitLab itself tracks it.
    """
    identifiers = list(told.items("identifiers"))
    if not identifiers:
        raise told.bad("this is needed and is missing or empty", "identifiers")
    rule = identifiers[0].need("value")
    location = told.at("location")
    package = package_of(scan, location)
    kind = _kind(scan, package, identifiers[0])
    ids = sorted_ids(one.text("value") for one in identifiers if one.text("type").lower() in _NAMED)
    vector = next((text for one in told.items("cvss_vectors") if (text := one.text("vector"))), "")
    word = told.text("severity")
    severity, severity_from = told_or_scored(word, vector, None)
    resource = _resource(scan, location)
    name = told.first("name", "message", limit=400) or identifiers[0].text("name") or rule
    yield Finding(
        source=source,
        kind=kind,
        rule_id=rule,
        rule_name=identifiers[0].text("name"),
        title=one_line(f"{name} in {package.name}" if package and package.name not in name else name),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=problem_of(rule, ids),
        locator=_locator(equals, kind, rule, package, told),
        summary="" if kind is Kind.SECRET else told.text("description", limit=SUMMARY),
        confidence=_confidence(told),
        vuln_ids=ids,
        cvss_vector=vector,
        package=package,
        url=_url(told, identifiers[0]),
        remediation_text=told.text("solution", limit=SUMMARY),
        scope="" if kind is Kind.SECRET else scan.target.scope,
        observed_at=scan.target.observed_at,
        pointer=told.pointer(),
        warnings=scan.target.warnings if resource.type == "file" else (),
    )


def _kind(scan: Scan, package: Package | None, primary: Wild) -> Kind:
    if scan.type == "secret_detection" or primary.text("type").lower().startswith(_SECRET_RULES):
        return Kind.SECRET
    runs = scan.type in {"dast", "api_fuzzing"}
    return Kind.VULNERABILITY if package or runs else Kind.CODE


def _resource(scan: Scan, location: Wild) -> Resource:
    """What an owner has: the workload, the image, the site, else the repository with the file in it."""
    if (running := running_at(location)) is not None:
        return running
    return scan.target.at(relative(location.text("file", limit=1_000)), location.whole("start_line"))


def _locator(equals: Equals, kind: Kind, rule: str, package: Package | None, told: Wild) -> tuple[str, ...]:
    """Without lines: the file and GitLab's own signature of the code, the package's place, or the request."""
    place = told.at("location")
    path = relative(place.text("file", limit=1_000))
    key: tuple[str, ...]
    if kind is Kind.SECRET:
        key = (path, secret_print(told.text("raw_source_code_extract", limit=20_000)))
    elif kind is Kind.CODE:
        key = (path, code_print(_signature(told)))
    elif package:
        key = (path, place.text("kubernetes_resource", "container_name"))
    else:
        key = (place.text("method"), place.text("path", limit=1_000), place.text("param"))
    return (*key, equals.number(rule, package.name if package else "", _where(place), *key))


def _where(place: Wild) -> str:
    """Which of several resources of one report, so that what is alike on each of them is counted on each."""
    workload = place.at("kubernetes_resource")
    texts = (workload.text("namespace"), workload.text("kind"), workload.text("name"))
    return " ".join((*texts, place.first("default_branch_image", "image", limit=1_000), place.text("hostname")))


def _signature(told: Wild) -> str:
    signatures = {
        one.text("algorithm"): one.text("value", limit=2_000)
        for item in told.items("tracking", "items")
        for one in item.items("signatures")
    }
    tracked = next((signatures[name] for name in _TRACKED if signatures.get(name)), "")
    return tracked or told.text("raw_source_code_extract", limit=20_000)


def _confidence(told: Wild) -> str:
    flags = {one.text("type") for one in told.items("flags")}
    return "likely a false positive" if "flagged-as-likely-false-positive" in flags else told.text("confidence")


def _url(told: Wild, primary: Wild) -> str:
    links = (https_url(one.text("url", limit=2_000)) for one in told.items("links"))
    return primary.url("url") or next(filter(None, links), "")
