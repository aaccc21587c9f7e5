"""The vulnerabilities of a CycloneDX bill: findings of what it is about, and what its author says of them (VEX)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.contract.finding import Finding, Kind, Package, Record, Resource, Severity, Status
from connectors.contract.statement import Stated, Statement
from connectors.formats.cyclonedx import NO_NAME, Bill
from connectors.formats.cyclonedx_components import Listed
from connectors.formats.purls import package_of
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import is_vulnerability_id, sorted_ids
from connectors.quarantine import each
from connectors.text import SUMMARY, one_line, unquoted
from connectors.wild import Wild

_STATES: Mapping[str, tuple[Status, Stated]] = {
    "resolved": (Status.RESOLVED, Stated.FIXED),
    "resolved_with_pedigree": (Status.RESOLVED, Stated.FIXED),
    "exploitable": (Status.OPEN, Stated.AFFECTED),
    "in_triage": (Status.OPEN, Stated.UNDER_INVESTIGATION),
    "false_positive": (Status.SUPPRESSED, Stated.NOT_AFFECTED),
    "not_affected": (Status.SUPPRESSED, Stated.NOT_AFFECTED),
}
# The schema's vectors leave out what the method says already.
_PREFIXES = {"CVSSv3": "CVSS:3.0/", "CVSSv31": "CVSS:3.1/", "CVSSv4": "CVSS:4.0/"}
_NEWEST = ("CVSSv4", "CVSSv31", "CVSSv3", "CVSSv2")


@dataclass(frozen=True, slots=True)
class Rating:
    """The gravest of what several sources say, and the newest score among them."""

    severity: Severity
    source: str
    word: str
    vector: str
    score: float | None


def referred(told: Wild) -> Iterator[str]:
    """The bom-refs of what a vulnerability affects."""
    for one in told.items("affects"):
        yield _own_ref(one.text("ref", limit=3_000))


def vulnerability(
    bill: Bill, found: Mapping[str, Listed], told: Wild, inside: Listed | None = None
) -> Iterator[Record]:
    """A vulnerability in each thing it affects: a finding where the bill has that, a statement where it says more.

    ``inside`` is the component in which it stands, in versions before 1.4.
    """
    state = told.text("analysis", "state")
    if state and state not in _STATES:
        raise told.bad(f"expected one of {', '.join(_STATES)}", "analysis", "state")
    affects = list(told.items("affects"))
    if inside is not None or not affects:
        listed = inside or found.get(told.text("ref", limit=1_000))
        yield from _one(bill, told, told, listed, state)
    yield from each(affects, lambda target: _affected(bill, told, target, found, state))


def _own_ref(ref: str) -> str:
    """The bom-ref of a BOM-Link (``urn:cdx:serial/version#bom-ref``), or the reference as it is."""
    return unquoted(ref.partition("#")[2]) if ref.startswith("urn:cdx:") else ref


def _affected(bill: Bill, told: Wild, target: Wild, found: Mapping[str, Listed], state: str) -> Iterator[Record]:
    ref = _own_ref(target.need("ref", limit=3_000))
    if ref in found:
        yield from _one(bill, told, target, found[ref], state)
    elif bill.resource is not None and ref in (bill.ref, *bill.names):
        yield from _one(bill, told, target, None, state)
    elif not ref.startswith("pkg:"):
        raise target.bad("the bill does not list what this refers to", "ref")
    elif state and not bill.lists_components:  # a document that only states: the reference is the product itself
        yield from _statements(bill, told, target, bill.products or (ref,), ref, state)
    else:
        yield from _one(bill, told, target, Listed("", "", ref), state)


def _one(bill: Bill, told: Wild, target: Wild, listed: Listed | None, state: str) -> Iterator[Record]:
    package = _package(listed, target) if listed is not None else None
    yield _finding(bill, told, target, package, state)
    if not state or bill.resource is None:  # what is said of a product that nobody named holds for no other
        return
    yield from _statements(bill, told, target, bill.products, package.purl if package else "", state, package)


def _package(listed: Listed, target: Wild) -> Package:
    if not listed.purl:
        return Package(name=listed.name, installed=listed.version)
    try:
        name, ecosystem = package_of(listed.purl)
    except ValueError as error:
        raise target.bad(f"purl: {one_line(str(error))}") from None
    return Package(name=name, installed=listed.version or _version(listed.purl), purl=listed.purl, ecosystem=ecosystem)


def _version(purl: str) -> str:
    return unquoted(purl.partition("?")[0].rpartition("@")[2]) if "@" in purl.rpartition("/")[2] else ""


def _finding(bill: Bill, told: Wild, target: Wild, package: Package | None, state: str) -> Finding:
    rule = told.need("id")
    ids = _ids(told, rule)
    rating = _rating(told)
    where = package.name if package else bill.resource.name if bill.resource else ""
    resource = bill.resource or Resource(id=package.purl or package.name if package else rule, type="package")
    return Finding(
        source=bill.source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{rule} in {where}" if where else rule),
        resource=resource,
        severity=rating.severity,
        severity_raw=rating.word,
        severity_from=rating.source,
        problem=ids[0],
        summary=told.text("description", limit=SUMMARY) or told.text("detail", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=rating.vector,
        cvss_score=rating.score,
        package=package,
        status=_STATES[state][0] if state else _by_version(target, package),
        status_reason=_words(state, told.text("analysis", "justification")),
        observed_at=bill.at,
        disclosed_at=told.time("published"),
        url=told.url("source", "url"),
        remediation_text=_recommended(told),
        scope=bill.scope,
        pointer=target.pointer(),
        warnings=() if bill.resource is not None else (NO_NAME,),
    )


def _words(state: str, justification: str) -> str:
    return f"{state}: {justification}" if justification else state


def _ids(told: Wild, rule: str) -> tuple[str, ...]:
    others = (one.text("id") for one in told.items("references"))
    return sorted_ids((rule, *(other for other in others if is_vulnerability_id(other))))


def _recommended(told: Wild) -> str:
    several = told.get("recommendations")  # the extension's list
    return told.text("recommendation", limit=SUMMARY) or ("; ".join(told.texts("recommendations")) if several else "")


def _by_version(target: Wild, package: Package | None) -> Status:
    """PASSED where the bill says that this very version is not affected."""
    for one in target.items("versions"):
        if package and package.installed and one.text("version") == package.installed:
            return Status.PASSED if one.text("status") == "unaffected" else Status.OPEN
    return Status.OPEN


def _rating(told: Wild) -> Rating:
    best, scored = Rating(Severity.UNKNOWN, "unknown", "", "", None), (len(_NEWEST) + 1, 0.0)
    vector, score = "", None
    for one in told.items("ratings"):
        method, number, text = one.text("method"), one.number("score"), one.text("vector")
        prefix = _PREFIXES.get(method, "")
        text = text if not text or text.startswith("CVSS:") else prefix + text
        cvss = method in _NEWEST
        severity, source = told_or_scored(one.text("severity"), text if cvss else "", number if cvss else None)
        if (severity, source == "source") > (best.severity, best.source == "source"):
            best = Rating(severity, source, one.text("severity"), "", None)
        age = _NEWEST.index(method) if cvss else len(_NEWEST)
        if cvss and (age, -(number or 0.0)) < scored:
            scored, vector, score = (age, -(number or 0.0)), text, number
    return Rating(best.severity, best.source, best.word, vector, score)


def _statements(
    bill: Bill,
    told: Wild,
    target: Wild,
    products: tuple[str, ...],
    purl: str,
    state: str,
    package: Package | None = None,
) -> Iterator[Statement]:
    """One for the version that the purl names, else one for each that ``versions`` list."""
    component = "" if products == (purl,) else purl
    if package is not None and not purl:
        return  # a package without a purl: no finding could be matched with it
    analysis, ids = told.at("analysis"), _ids(told, told.need("id"))
    for versions, stated in _spans(target, purl, _STATES[state][1]):
        yield Statement(
            document=bill.document,
            vuln_ids=ids,
            status=stated,
            products=products,
            component=component,
            versions=versions,
            justification=analysis.text("justification") or (state if state == "false_positive" else ""),
            impact=analysis.text("detail", limit=SUMMARY),
            author=bill.author,
            at=analysis.time("lastUpdated") or analysis.time("firstIssued") or bill.at,
            pointer=target.pointer(),
        )


def _spans(target: Wild, purl: str, stated: Stated) -> Iterator[tuple[str, Stated]]:
    told = [] if _version(purl) else list(target.items("versions"))
    if not told:
        yield "", stated
    for one in told:
        span = one.text("range", limit=1_000) or one.text("version")
        status = one.text("status") or "affected"
        if span and status != "unknown":
            yield span, Stated.NOT_AFFECTED if status == "unaffected" else stated
