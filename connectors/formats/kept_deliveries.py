"""A delivery of EventBridge or SNS that somebody kept, handed over as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO

from connectors.contract.finding import Record
from connectors.contract.source import Headers, ReportReader, Source, SourceOptions
from connectors.reading import read
from connectors.recognition import beginning

_NONE: Headers = {}
_LARGEST_DELIVERY = 1024 * 1024


def kept_or(report: ReportReader, source: Callable[[], Source]) -> ReportReader:
    """Reads one delivery (256 KiB at most) as the source would have read it when it came, anything else by ``report``.

    ``source`` is asked when a file is read: a source that names its reader is not there yet.
    """

    def read_report(file: IO[bytes], options: SourceOptions, headers: Headers = _NONE, /) -> Iterator[Record]:
        start = beginning(file)
        if any(start.has(place) for place in ("detail", "TopicArn", "Message")):
            yield from read(source(), file.read(_LARGEST_DELIVERY), headers, options).records
        else:
            yield from report(file, options, headers)

    return read_report
