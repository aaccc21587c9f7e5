"""Grafana's alerting: alerts as labels, in Alertmanager's shape, signed where Grafana is told to sign."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.contract.finding import Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.labelled_alerts import read_alerts
from connectors.signing import basic, bearer, hmac_sha256, hmac_signature

ID = "grafana"
_SIGNATURE = "x-grafana-alerting-signature"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """Each member of ``alerts``."""
    return read_alerts(ID, opened)


SOURCE = Source(
    id=ID,
    title="Grafana",
    family=Family.OBSERVABILITY,
    arrives="alerts of a contact point of the kind Webhook",
    says_gone="`resolved`",
    vendor_docs=(
        "https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/"
        "webhook-notifier/"
    ),
    verifiers=(
        hmac_signature(
            _SIGNATURE, timestamp="x-grafana-alerting-timestamp", parts=("timestamp", "body"), delimiter=":"
        ),
        hmac_sha256(_SIGNATURE),
        bearer(),
        basic(),
    ),
    parse=parse,
    docs=(
        "Under Alerting, Contact points, add one with the integration Webhook and this address. Under HMAC Signature "
        "enter the secret and the timestamp header X-Grafana-Alerting-Timestamp; before Grafana 12, enter it as "
        "credentials of the authorization header, or as basic password. Leave the custom payload empty."
    ),
)
