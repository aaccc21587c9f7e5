"""Prometheus Alertmanager: alerts as labels."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.contract.finding import Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.labelled_alerts import read_alerts
from connectors.signing import basic, bearer

ID = "alertmanager"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """Each member of ``alerts``."""
    return read_alerts(ID, opened)


SOURCE = Source(
    id=ID,
    title="Prometheus Alertmanager",
    family=Family.OBSERVABILITY,
    arrives="Alertmanager's webhook (version 4)",
    says_gone="`resolved`",
    vendor_docs="https://prometheus.io/docs/alerting/latest/configuration/#webhook_config",
    verifiers=(bearer(), basic()),
    parse=parse,
    docs=(
        "Add a receiver with a webhook_config whose url is this address, whose http_config holds the secret as "
        "authorization credentials (Bearer) or as basic_auth password, and with send_resolved: true. The label "
        "severity is read, kind chooses the kind of finding, and resource, a workload, or instance says what it is "
        "about."
    ),
)
