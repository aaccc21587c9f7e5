"""GitHub: Dependabot, code and secret scanning alerts, and advisories of one's own repositories, by one webhook."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.delivery_ids import told_by
from connectors.formats.github_hook import QUIET, READERS, guessed
from connectors.quarantine import each
from connectors.signing import hmac_sha256, pings
from connectors.wild import Wild

ID = "github"
_EVENT, _DELIVERY = "x-github-event", "x-github-delivery"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One alert. ``X-GitHub-Event`` says which kind; without it (a replayed file) the alert's own keys do."""
    told = opened.headers.get(_EVENT, "") or guessed(opened.body)
    if told in QUIET or told == "ping":
        return ()
    if told not in READERS:
        raise UnknownShape(f"an event of GitHub's that is no alert known here: {told[:60] or 'not named'}")
    reader = READERS[told]
    return each([Wild(opened.body, opened.pointer)], lambda record: reader(ID, record))


SOURCE = Source(
    id=ID,
    title="GitHub",
    family=Family.CODE,
    arrives="Dependabot, code scanning, secret scanning alerts; advisories of a repository",
    kinds=(Kind.VULNERABILITY, Kind.CODE, Kind.SECRET),
    says_gone="fixed, resolved; an advisory published with its patched version",
    vendor_docs="https://docs.github.com/en/webhooks/webhook-events-and-payloads",
    verifiers=(hmac_sha256("x-hub-signature-256", prefix="sha256="),),
    parse=parse,
    envelopes=("form",),
    handshake=pings(_EVENT, "ping"),
    delivery_id=told_by(_DELIVERY),
    headers=(_EVENT, _DELIVERY),
    docs=(
        "In the settings of the repository or organisation, under Webhooks, add this address with the content type "
        "application/json and the secret, and choose the events Dependabot alerts, Code scanning alerts, Secret "
        "scanning alerts, Secret scanning alert locations and Repository advisories. GitHub does not repeat a delivery "
        "that failed: redeliver it from the hook's page within three days."
    ),
)
