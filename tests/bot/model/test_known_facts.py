"""Which new facts make an old decision void."""

from __future__ import annotations

import json

import pytest

from bot.model.known_facts import FactKind, KnownFacts, News, Sighting, known_of, news_since
from bot.model.priority import PriorityFacts
from connectors.contract.context import Exposure
from connectors.contract.finding import Kind

CVE = "CVE-2014-0160"


def seen(resource: str = "web-1", *cves: str, **facts: object) -> Sighting:
    return Sighting(resource, PriorityFacts(kind=Kind.VULNERABILITY, **facts), frozenset(cves))  # type: ignore[arg-type]


QUIET = known_of([seen(known_exploited=False, exposure=Exposure.CONTROLLED)])


@pytest.mark.parametrize(
    ("now", "kind", "subject"),
    [
        (seen("web-1", CVE, known_exploited=True), FactKind.EXPLOITED, CVE),
        (seen(detection_on_asset=True), FactKind.ATTACKED, "web-1"),
        (seen(secret_active=True), FactKind.ATTACKED, "web-1"),
        (seen(exposure=Exposure.OPEN), FactKind.EXPOSED, "web-1"),
        (seen(world_open=True), FactKind.EXPOSED, "web-1"),
        (seen("web-2", exposure=Exposure.OPEN), FactKind.EXPOSED, "web-2"),
    ],
    ids=["listed", "attacked", "secret used", "asset exposed", "finding says open", "an exposed one joined"],
)
def test_what_was_not_known_is_news(now: Sighting, kind: FactKind, subject: str) -> None:
    assert news_since(QUIET, known_of([now])) == (News(kind, subject),)


def test_unknown_then_and_open_now_is_news() -> None:
    then = known_of([seen()])
    assert (then.listed, then.exposure["web-1"]) == (False, Exposure.UNKNOWN)
    assert [each.kind for each in news_since(then, known_of([seen(exposure=Exposure.OPEN)]))] == [FactKind.EXPOSED]


@pytest.mark.parametrize(
    "now",
    [
        seen(known_exploited=False, exposure=Exposure.CONTROLLED),
        seen(exposure=Exposure.SMALL),
        seen(epss=0.9, public_exploit=True, exposure=Exposure.CONTROLLED),
    ],
    ids=["as it was", "less exposed", "likelier, but not exploited"],
)
def test_what_is_no_worse_is_no_news(now: Sighting) -> None:
    assert news_since(QUIET, known_of([now])) == ()


def test_one_more_of_what_was_accepted_as_exposed_is_no_news_but_one_that_was_hidden_is() -> None:
    then = known_of([seen("web-1", exposure=Exposure.OPEN), seen("web-2", exposure=Exposure.SMALL)])
    assert news_since(then, known_of([seen("web-3", exposure=Exposure.OPEN)])) == ()
    opened = known_of([seen("web-2", exposure=Exposure.OPEN)])
    assert news_since(then, opened) == (News(FactKind.EXPOSED, "web-2"),)


def test_it_is_kept_as_json_and_read_back() -> None:
    known = known_of([seen("web-1", CVE, known_exploited=True, exposure=Exposure.OPEN), seen("web-2")])
    assert KnownFacts.read(json.loads(json.dumps(known.stored()))) == known
    assert known.words() == f"exploited: {CVE}; open to the internet: 1 of 2"
    assert known_of([seen()]).words() == "exploited: unknown; open to the internet: 0 of 1"
