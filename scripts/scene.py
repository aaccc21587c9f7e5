"""What has happened in the shop when the pictures are taken: the demo's own steps, and a few more decisions.

Everything is done as people and tools do it: by signed deliveries, and by buttons pressed in pages.
"""

from __future__ import annotations

from bot.demo import alerts, story
from bot.demo.browser import Page
from bot.demo.morning import Morning
from bot.demo.people import in_days
from bot.demo.two_agree import ask_for_the_bucket

_DEPENDENCY, _SSH, _ZLIB = "CVE-2022-25883", "port 22", "CVE-2023-45853"


def set_scene(morning: Morning) -> dict[str, str]:
    """Play it; the cases that the pictures are about, by the names that console_pages uses."""
    story.know_the_world(morning)
    for step in (story.alerts_arrive, story.close_the_port, story.open_a_ticket):
        step(morning)
    ask_for_the_bucket(morning)
    _queue(morning)
    watched = "Logins are by key only, and every one of them is told to Security."
    _live_with(morning, _SSH, "The auditors' contractor works from changing addresses until then.", 14, watched)
    _live_with(morning, _ZLIB, "The image does not contain MiniZip; its next base brings the repair.", 7)
    _sleep(morning)
    _unreadable(morning)
    _freeze(morning)
    ana, sue = morning.at_console("ana"), morning.at_console("sue")
    return {
        "heartbleed": _name(ana.case(alerts.HEARTBLEED, "Payments (")),
        "edge": _name(ana.case(alerts.HEARTBLEED, "Platform (")),
        "bucket": _name(ana.case(morning.shop.bucket)),
        "dependency": _name(ana.case(_DEPENDENCY)),
        "record": sue.open("/quarantine").link("Look closer").rpartition("/")[2],
    }


def _name(case: Page) -> str:
    return case.url.partition("?")[0].rpartition("/")[2]


def _queue(morning: Morning) -> None:
    """Ana closes the bucket of staging, which waits for its night of changes."""
    ana = morning.at_console("ana")
    plan = ana.plan(ana.case(morning.shop.staging_bucket), "Fix now…")
    ana.wait_for(ana.press(plan, "Fix now"), "In the queue.")


def _live_with(morning: Morning, problem: str, reason: str, days: int, instead: str = "") -> None:
    sue = morning.at_console("sue")
    form = sue.press(sue.case(problem, "Payments ("), "Accept risk…")
    told = {"input-reason": reason, "input-control": instead, "input-until": in_days(days)}
    sue.wait_for(sue.press(form, "Accept risk", told), "accepted this risk until")


def _sleep(morning: Morning) -> None:
    """Ben has no time for the dependency today."""
    ben = morning.at_console("ben")
    form = ben.press(ben.case(_DEPENDENCY), "Snooze…")
    ben.wait_for(ben.press(form, "Snooze", {"input-span": "1d"}), "Snoozed until")


def _unreadable(morning: Morning) -> None:
    """A scanner was updated, and two of its records are of a shape that nobody knows."""
    now = morning.now()
    odd = [
        {"severity": "critical", "resource": {"id": "edge-1.example.com"}},
        {"name": "Weak cipher", "host": "mail-1"},
    ]
    post = alerts.signed("the scanner", "/v1/alerts/generic", {"findings": odd}, "msg_pictures_1", morning.keys, now)
    morning.send(post)


def _freeze(morning: Morning) -> None:
    sue = morning.at_console("sue")
    told = {"environment": "staging", "span": "4h", "reason": "The load test runs until the afternoon."}
    sue.press(sue.open("/windows"), "Freeze", told)
