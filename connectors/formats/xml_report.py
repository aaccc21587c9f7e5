"""Reports in XML, read element by element: entities and external references off, a doctype neither fetched nor fatal.

Paths are those of :mod:`connectors.formats.json_paths` with ``/`` between local names, from the root:
``nmaprun/host``; each element of that path is one record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError  # the types only: defusedxml parses

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Record
from connectors.contract.source import Headers, SourceOptions
from connectors.formats.json_paths import At, Met
from connectors.formats.reports import NAMED, Report
from connectors.formats.tags import Tag, local, value_of
from connectors.quarantine import patiently
from connectors.text import DEPTH, clean
from connectors.wild import Wild

_NONE: Headers = {}
_LONGEST = 32 * 1024 * 1024  # bytes without a tag


class XmlFile(Report):
    """A report in XML. ``head``, ``each``, ``heads`` and ``within`` take paths from the root, ``a/b/c``.

    A head holds the attributes of its own element as ``@name``, and what stands at the paths below it.
    """

    def __init__(self, file: IO[bytes], headers: Headers, options: SourceOptions) -> None:
        super().__init__(headers, options)
        self._file = file

    def expect(self, *keys: str, says: str) -> None:
        """Raise UnknownShape unless the root element is one of ``keys``."""
        self._file.seek(0)
        root = next((local(element.tag) for kind, element in _parts(self._file) if kind == "start"), "")
        if root not in keys:
            raise UnknownShape(f"{says}: the root element is {clean(root, 60) or 'missing'}, not {' or '.join(keys)}")

    def join(self, group: str, path: str) -> str:
        return f"{group}/{path}"

    def keys(self, at: At) -> At:
        return at[::2]  # names without their numbers

    def meet(self, paths: tuple[str, ...], groups: tuple[str, ...] = ()) -> Iterator[Met]:
        self._file.seek(0)
        return _walk(self._file, frozenset(paths), frozenset(groups))

    def wild(self, at: At, value: Any) -> Wild:
        if not at:
            return Tag(value)
        return Tag(value, Wild(None).pointer(*at[:-1]), at[-1])


class _Pieces:
    """A file in pieces that grow while no tag comes to its end.

    Expat before 2.6 begins a tag anew with each piece: in equal ones a long tag takes the square of its length.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._last = 0
        self.came = True  # a tag, since the last piece

    def read(self, size: int = 16_384, /) -> bytes:
        """The next piece. Raises NotThisFormat where the last ones were far too long for a tag, or what is in one."""
        self._last = size if self.came else 2 * self._last
        self.came = False
        if self._last > _LONGEST:
            raise NotThisFormat(f"the XML has no tag within {_LONGEST} bytes: it is no report, or holds whole files")
        return self._file.read(self._last)


def _parts(file: IO[bytes]) -> Iterator[tuple[str, Element]]:
    pieces = _Pieces(file)
    try:
        for part in iterparse(
            pieces, events=("start", "end"), forbid_dtd=False, forbid_entities=True, forbid_external=True
        ):
            pieces.came = True
            yield part
    except DefusedXmlException as error:
        raise NotThisFormat(f"the XML defines entities, which are not read ({type(error).__name__})") from None
    except (ParseError, ValueError, LookupError) as error:
        raise NotThisFormat(f"the file is not XML: {clean(str(error), 200)}") from None


def _walk(file: IO[bytes], paths: frozenset[str], groups: frozenset[str]) -> Iterator[Met]:
    """Elements at ``paths`` whole, beginnings of ``groups`` with their attributes; the rest is let go at once."""
    open_: list[Element] = []
    names: list[str] = []
    at: list[str | int] = []
    counts: list[Counter[str]] = [Counter()]
    inside = 0  # depth of the element that is being gathered whole
    for kind, element in _parts(file):
        if kind == "start":
            name = local(element.tag)
            names.append(name)
            open_.append(element)
            at += (name, counts[-1][name])
            counts[-1][name] += 1
            counts.append(Counter())
            if len(names) > DEPTH:
                raise NotThisFormat(f"the XML nests deeper than {DEPTH} levels")
            path = "/".join(names) if not inside else ""
            if path in groups:
                yield Met(path, tuple(at), {f"@{local(key)}": held for key, held in element.attrib.items()}, begun=True)
            if path in paths:
                inside = len(names)
            continue
        if inside in (0, len(names)):
            if inside:
                yield Met("/".join(names), tuple(at), value_of(element))
            inside = 0
            if len(open_) > 1:
                open_[-2].remove(element)
        open_.pop()
        names.pop()
        counts.pop()
        del at[-2:]


@dataclass(frozen=True, slots=True)
class XmlReport:
    """A report in XML: ``Source(read_report=REPORT.read_report, headers=REPORT.headers)``; ``parse`` is left out."""

    read: Callable[[XmlFile], Iterable[Record]]
    headers: tuple[str, ...] = (NAMED,)

    def read_report(self, file: IO[bytes], options: SourceOptions, headers: Headers = _NONE) -> Iterable[Record]:
        """The records of a file that passes by, as often as ``read`` asks for it."""
        return patiently(self.read(XmlFile(file, headers, options)))
