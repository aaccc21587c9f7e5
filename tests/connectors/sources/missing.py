"""What a source still lacks beside its file: told in words, so that a failing test is a list of what to do."""

from __future__ import annotations

from pathlib import Path

from connectors.contract.finding import ComponentSeen, Finding
from connectors.contract.source import Source
from connectors.contract.statement import Statement
from tests.connectors.sources.contract import contract_of
from tests.connectors.sources.handshakes import handshakes_of
from tests.connectors.sources.payloads import TESTS, payloads_of
from tests.connectors.sources.shapes import is_shaped, plain, shape_of

_TOLD = (Finding, ComponentSeen, Statement)


def missing(source: Source, tests: Path = TESTS) -> list[str]:
    """Each thing that is not there, and what to do; empty when the source is whole."""
    return [
        *_of_value(source),
        *_of_payloads(source, tests),
        *_of_contract(source, tests),
        *_of_handshakes(source, tests),
    ]


def _of_value(source: Source) -> list[str]:
    found = [f"Source.{name} is empty" for name in ("title", "arrives", "docs") if not getattr(source, name)]
    if not source.verifiers:
        found.append("Source.verifiers is empty: nobody could send")
    if source.parse is None and source.read_report is None:
        found.append("neither Source.parse nor Source.read_report is there")
    if source.vendor_docs and not source.vendor_docs.startswith("https://"):
        found.append("Source.vendor_docs is no https address")
    if source.read_report is not None and source.recognise is None:
        found.append("Source.recognise is missing: `suture scan FILE` cannot know this report")
    if any(name != name.lower() for name in source.headers):
        found.append("Source.headers are written in lower case")
    return found


def _of_payloads(source: Source, tests: Path) -> list[str]:
    folder = f"tests/payloads/{source.id}"
    found = payloads_of(source, tests)
    if not found:
        return [f"{folder}/ has no payload: write one in the vendor's documented shape"]
    lacking = [f"{one.golden.name} is not in tests/goldens/{source.id}" for one in found if not one.golden.exists()]
    if lacking:
        lacking.append(f"write the goldens: python -m tests.goldens write {source.id}")
    if not any(isinstance(told, _TOLD) for one in found if not one.is_quiet for told in one.records()):
        lacking.append(f"no payload in {folder}/ tells a finding, a component or a statement")
    if source.says_gone and source.read_report is None and not any(one.is_quiet for one in found):
        lacking.append(f"{folder}/quiet-….json is missing: it says that something is gone, and opens no case")
    return lacking


def _of_contract(source: Source, tests: Path) -> list[str]:
    """Exceptions that no payload needs any more."""
    contract, found = contract_of(source.id, tests), payloads_of(source, tests)
    names = {one.path.name for one in found}
    keys = set[str]()
    for one in found:
        if is_shaped(one.path.name):
            for place in shape_of(one.path.name, one.body).places():
                keys |= {plain(place.key), f"{plain(place.parent)}.{plain(place.key)}"}
    told = [*contract.known_by, *contract.ordered, *contract.severities]
    left = [word for word in told if ".".join(plain(part) for part in word.split(".")) not in keys]
    left += [name for name in (*contract.repeats, *contract.fixed_severity) if name not in names]
    return [f"contract.json names {word}, which is in no payload" for word in left]


def _of_handshakes(source: Source, tests: Path) -> list[str]:
    """Questions that the source answers and nobody asks, or the other way round."""
    place, signed = (
        f"tests/payloads/{source.id}/handshakes.json",
        {each.signed for each in handshakes_of(source, tests)},
    )
    found = []
    for name, is_signed in (("challenge", False), ("handshake", True)):
        answers = getattr(source, name) is not None
        if answers and is_signed not in signed:
            found.append(f"{place} asks nothing that Source.{name} answers: write how the vendor asks")
        elif not answers and is_signed in signed:
            found.append(f"{place} asks what Source.{name} would answer, and there is none")
    return found
