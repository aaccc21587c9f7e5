"""SPDX documents as tags and values, a line each, read as the JSON they stand for: packages and relationships.

Shape: SPDX 2.2 and 2.3, the tag-value format (https://spdx.github.io/spdx-spec/v2.3/conformance/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Quarantined
from connectors.contract.source import Headers, SourceOptions
from connectors.formats.json_paths import At, Met
from connectors.formats.reports import Report
from connectors.formats.text_lines import Line, lines
from connectors.wild import Wild

_OF_PACKAGE = {"SPDXID": "SPDXID", "PackageVersion": "versionInfo", "PackageSourceInfo": "sourceInfo"}
_OTHERS = frozenset({"FileName", "SnippetSPDXID", "LicenseID"})  # each begins something that is no package
_BEGINS, _ENDS = "<text>", "</text>"
_NONE: Headers = {}
_IN_TAGS = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|#[^\n]*\n)*SPDXVersion:\s*SPDX-2\.")


def is_in_tags(head: bytes) -> bool:
    """Whether a file that begins so is such a document."""
    return bool(_IN_TAGS.match(head))


class TagReport(Report):
    """A document in tags that passes by: ``packages[]`` and ``relationships[]`` by the number of their line, from 0."""

    def __init__(self, file: IO[bytes], headers: Headers, options: SourceOptions) -> None:
        super().__init__(headers, options)
        self._file = file

    def meet(self, paths: tuple[str, ...], groups: tuple[str, ...] = ()) -> Iterator[Met]:
        """What the paths want, and the top-level keys."""
        for met in _document(self._file):
            yield met if met.path in paths or met.expected else Met("", met.at[:1], None)

    def wild(self, at: At, value: Any) -> Wild:
        return Wild(value, "", at[-1]) if at else Wild(value)


def _document(file: IO[bytes]) -> Iterator[Met]:
    """A package is told once the next thing begins, since its tags follow its name."""
    package: Met | None = None
    for line, tag, value in _tags(file):
        if tag == "SPDXVersion":
            yield Met("spdxVersion", ("spdxVersion",), value)
            yield Met("", ("packages",), None)  # there may be none
        elif tag == "DocumentName":
            yield Met("name", ("name",), value)
        elif tag == "Relationship":
            yield Met("relationships[]", ("relationships", line), _relationship(value))
        elif tag == "":
            yield Met("", ("packages", line), value, expected="a tag, a colon and a value")
        elif tag == "PackageName" or tag in _OTHERS:
            yield from () if package is None else (package,)
            package = None
            if tag == "PackageName":
                package = Met("packages[]", ("packages", line), {"name": value, "externalRefs": []})
        elif package is not None:
            _add(package.value, tag, value)
    yield from () if package is None else (package,)


def _add(package: dict[str, Any], tag: str, value: str) -> None:
    if tag in _OF_PACKAGE:
        package.setdefault(_OF_PACKAGE[tag], value)
    elif tag == "ExternalRef":
        _, kind, locator = (*value.split(None, 2), "", "", "")[:3]
        package["externalRefs"].append({"referenceType": kind, "referenceLocator": locator})


def _relationship(value: str) -> dict[str, str]:
    """``SPDXRef-DOCUMENT DESCRIBES SPDXRef-Image``."""
    one, kind, other = (*value.split(None, 2), "", "", "")[:3]
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def _tags(file: IO[bytes]) -> Iterator[tuple[int, str, str]]:
    """(line, tag, value); of a value over several lines the first one. What is no tag has the tag "".

    Raises NotThisFormat where a line cannot be read: what it would have begun would be taken for the thing before.
    """
    begun = -1  # the line in which a text began that has not ended
    for line in lines(file):
        if isinstance(line, Quarantined):
            raise NotThisFormat(f"the file is no SPDX document in tags: line {line.pointer[1:]}: {line.reason}")
        if begun >= 0:
            begun = -1 if _ENDS in line.text else begun
        elif not line.text.lstrip().startswith("#"):
            tag, value = _split(line)
            begun = line.number if value.startswith(_BEGINS) and _ENDS not in value else -1
            yield line.number, tag, value.removeprefix(_BEGINS).partition(_ENDS)[0].strip()
    if begun >= 0:
        raise NotThisFormat(f"the file breaks off: the text that begins in line {begun} does not end")


def _split(line: Line) -> tuple[str, str]:
    tag, colon, value = line.text.strip().partition(":")
    return (tag.strip(), value.strip()) if colon and tag.strip().isalnum() else ("", line.text)
