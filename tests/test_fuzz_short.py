"""`make fuzz` in its short form: the same some hundred examples each time, and what must hold is really asked."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from connectors.contract.finding import Quarantined, Severity
from tests.connectors.sources.payloads import SOURCES, one
from tests.fuzz.holding import check, hold
from tests.fuzz.spoiling import Spoilt, spoilt


@settings(max_examples=400, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(spoilt())
def test_nothing_but_clean_records_comes_out_of_a_spoilt_payload(told: Spoilt) -> None:
    hold(SOURCES[told.source], told.body, told.headers)


FINDING = one("sarif/scan").findings()[0]


@pytest.mark.parametrize(
    "record",
    [
        replace(FINDING, title="a" * 201),
        replace(FINDING, summary="turned \u202e round"),
        replace(FINDING, locator=("\x1b[31m",)),
        replace(FINDING, cvss_score=float("nan")),
        replace(FINDING, problem=""),
        replace(FINDING, resource=replace(FINDING.resource, tags={"\u200b": "x"})),
        replace(FINDING, observed_at=FINDING.observed_at and FINDING.observed_at.replace(tzinfo=None)),
        Quarantined("/0", ""),
        Severity.HIGH,
    ],
    ids=["long", "bidi", "ansi", "nan", "no-problem", "tag", "no-zone", "no-reason", "no-record"],
)
def test_what_is_not_clean_is_caught(record: object) -> None:
    with pytest.raises(AssertionError):
        check(record)  # type: ignore[arg-type]


def test_what_a_source_tells_itself_is_clean() -> None:
    assert hold(SOURCES["sarif"], one("sarif/scan").body, {})
