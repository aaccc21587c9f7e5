"""What one source is: a frozen value with a pure ``parse``. A source is one file with one ``SOURCE``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import IO, Any, Protocol

from connectors.contract.finding import Kind, Record

Headers = Mapping[str, str]  # lower-case names


class Family(StrEnum):
    """The shelf of docs/sources.md on which a source stands, in the order of the page."""

    CLOUD = "cloud"
    CODE = "code"
    RUNTIME = "runtime"
    ENDPOINT = "endpoint"
    NETWORK = "network"
    IDENTITY = "identity"
    OBSERVABILITY = "observability"
    REPORT = "report"  # files of scanners, from a pipeline
    ANY = "any"  # whatever sends a shape that many tools share


@dataclass(frozen=True, slots=True)
class Incoming:
    """One HTTP request as it came, before anybody has parsed a byte of it."""

    method: str
    headers: Headers
    query: Mapping[str, str]
    body: bytes
    token: str = field(default="", repr=False)  # what stands after the source's name in the path


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handshake says back instead of the usual 202."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)  # further ones
    # A URL to GET once (SNS SubscribeURL), already checked against the vendor's pinned hosts.
    confirm: str = ""


class Keys(Protocol):
    """Fetches public keys from pinned vendor hosts and keeps them; passed in, so that tests serve their own."""

    async def certificate(self, url: str) -> bytes:
        """The PEM certificate at ``url``; the caller has checked the host. Raises Retriable when unreachable."""

    async def jwks(self, url: str, kid: str) -> Mapping[str, Any]:
        """The JSON Web Key Set at ``url``, anew where the kept one lacks the key ``kid``. Raises Retriable when
        unreachable."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One body out of its envelopes: what ``parse`` reads. All of it is stored, so that a replay sees the same."""

    body: Any  # JSON value
    headers: Headers = field(default_factory=dict)  # those the source named in ``Source.headers``, and no others
    pointer: str = ""  # where the body lies in the delivery; findings' pointers start with it


class Verifier(Protocol):
    """How a source proves itself.

    Raises Refused; anything it cannot read is Refused. Retriable when it needs a key that cannot be fetched right now.
    """

    @property
    def kind(self) -> str:
        """Shown in docs and ``suture check``: ``hmac-sha256``, ``aws-sns``, ``bearer`` …"""

    async def __call__(self, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """What config/sources.yaml says about one enabled source. Up to two secrets are live at once, for rotation."""

    secrets: tuple[str, ...] = field(default=(), repr=False)
    allow: tuple[str, ...] = ()  # SNS topic ARNs, OIDC e-mails: who may send, where the source needs such a list
    mapping: Mapping[str, str] = field(default_factory=dict)  # generic: field -> JMESPath
    environment: str = ""  # default environment where neither the finding nor the inventory knows one


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What the first 64 KiB of a file show (4 MiB of JSON where those tell nothing), and its name: whose report it is.

    ``paths`` are the places seen in JSON (``runs[].tool.driver``, of a list ``[].check_id``; NDJSON's documents are one
    each, not a list), ``texts`` the short texts at them, ``root`` is the local name of XML's root, ``columns`` are the
    cells of a first line that could be CSV's heading.
    """

    name: str = ""
    head: bytes = field(default=b"", repr=False)
    paths: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    root: str = ""
    columns: tuple[str, ...] = ()

    def has(self, *paths: str) -> bool:
        """Whether all these places were seen; the end of a large file is not."""
        return self.paths.issuperset(paths)


class ReportReader(Protocol):
    """Reads an open, seekable binary file and yields records without holding them all.

    Raises NotThisFormat, and UnknownShape when the file is well-formed but nobody knows it.
    """

    def __call__(self, file: IO[bytes], options: SourceOptions, headers: Headers = ..., /) -> Iterable[Record]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One thing that pushes to us: one file that everything else (routes, docs, checks, tests) follows from."""

    id: str  # the name in the URL
    title: str  # for people
    verifiers: tuple[Verifier, ...]  # any one suffices
    # Pure: the opened body in, records out. Raises UnknownShape, or Unreadable for a place.
    # None: ``read_report`` reads the body.
    parse: Callable[[Opened, SourceOptions], Iterable[Record]] | None = None
    read_report: ReportReader | None = None  # None: not a report
    recognise: Callable[[Beginning], bool] | None = None  # whether a file whose source nobody named is this one's
    envelopes: tuple[str, ...] = ()  # names in connectors.envelopes, tried in this order
    # Answers a verified POST that carries no alert (a ping, a subscription to confirm); None: it is an alert.
    handshake: Callable[[Incoming, SourceOptions], Answer | None] | None = None
    # Answers a vendor that asks, before it signs anything, whether we are there: by POST, or by GET or OPTIONS, which
    # are for nothing else.
    challenge: Callable[[Incoming, SourceOptions], Answer | None] | None = None
    # What a stored delivery is answered, where the vendor does not take our 202 with what happened.
    stored: Answer | None = None
    delivery_id: Callable[[Headers, Any], str] | None = None  # the transport's own id from headers or JSON body, or ""
    parser_version: int = 1
    # Its reports quote secrets: /v1/alerts would keep the body; a file goes once it is read, and is not read again.
    only_as_file: bool = False
    headers: Sequence[str] = ()  # further header names kept with the delivery, for parse and replay
    # What docs/sources.md, `suture check` and the console say.
    family: Family = Family.ANY
    arrives: str = ""  # what comes, a few words
    kinds: tuple[Kind, ...] = ()  # of finding; () is any
    says_gone: str = ""  # how it says that something is gone; "" is never
    unconfirmed: str = ""  # what the vendor's documentation did not confirm; "" is that all is
    vendor_docs: str = ""  # the https address of that documentation
    docs: str = ""  # what a person does on the vendor's side, one paragraph
