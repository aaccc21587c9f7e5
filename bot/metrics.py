"""What Prometheus can ask of us; names and units as its conventions want them."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

DELIVERIES = Counter(
    "suture_deliveries_total", "Alerts and reports answered, by source and HTTP status", ["source", "status"]
)
INTAKE_SECONDS = Histogram("suture_intake_seconds", "From the request to the answer after the commit", buckets=_FAST)
PARSE_SECONDS = Histogram("suture_parse_seconds", "Reading one delivery into findings", buckets=_FAST)
FINDINGS = Counter("suture_findings_total", "Findings told, by source and whether they were new", ["source", "novelty"])
QUARANTINED = Counter("suture_quarantined_total", "Records that could not be read, by source", ["source"])
CLICKS = Counter("suture_clicks_total", "Clicks and commands, by act and outcome", ["act", "outcome"])
CLICK_SECONDS = Histogram("suture_click_seconds", "From a click to its acknowledgement", buckets=_FAST)
SENDS = Counter("suture_sends_total", "Requests to a chat, by chat and outcome", ["chat", "outcome"])
RUNS = Counter("suture_runs_total", "Runs of fixes, by fix, kind and how they ended", ["fix", "kind", "state"])
WAITING_MESSAGES = Gauge("suture_waiting_messages", "Messages whose wanted revision is not sent yet")
OPEN_CASES = Gauge("suture_open_cases", "Cases that are not fixed, by priority", ["priority"])
QUARANTINE_SIZE = Gauge("suture_quarantine_records", "Quarantined records that nobody has replayed yet")
SOURCE_QUARANTINE = Gauge("suture_source_quarantine_records", "The same, by source", ["source"])
SOURCE_LAST_RECEIVED = Gauge(
    "suture_source_last_received_timestamp_seconds",
    "When its last alert or report was accepted",
    ["source"],
)
UNFINISHED_WORK = Gauge("suture_unfinished_work", "Durable work by state: enqueued, delayed, pending (runs)", ["state"])
WORKERS = Gauge("suture_workers", "Workers that said within the last twenty seconds that they live")
