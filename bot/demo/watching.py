"""The same morning with you at the console: alerts arrive while you watch, and the cloud says what you changed."""

from __future__ import annotations

import queue
import sys
import threading
import time

from bot.demo import alerts
from bot.demo.cloud import WORLD
from bot.demo.morning import Morning
from bot.demo.story import counts, know_the_world
from bot.demo.telling import expect

_BETWEEN = 6.0  # seconds between two alerts
_LOOK = 1.0
_PEOPLE = ("ana", "ben", "sue", "chris")


def watch(morning: Morning) -> None:
    """Until Ctrl-C."""
    know_the_world(morning)
    tell = morning.tell
    tell.begin(1, "Open the console as Ana, who leads Payments")
    tell.plain(morning.house.link_for("ana"))
    tell.note("The link works once, for a quarter of an hour.")
    tell.begin(2, "Alerts arrive")
    for make in alerts.morning(morning.shop, morning.keys):
        time.sleep(_BETWEEN)
        post = make(morning.now())
        status, said = morning.send(post)
        expect(status == 202, f"{post.what} was answered {status}: {said}")
        tell.saw(f"{post.what}: 202, {counts(said) if 'findings' in said else 'its report is being read'}")
    _advise(morning)
    _until_stopped(morning)


def _advise(morning: Morning) -> None:
    tell = morning.tell
    tell.begin(3, "Your turn")
    for line in (
        "Affected: ask for CVE-2014-0160. The host with Debian's 1.0.1e-2+deb7u5 is not hit.",
        "Open Payments' Heartbleed case, press Fix now…, read the plan, press Fix now. See MITIGATED, with its proof.",
        f"Open ticket: it is in the demo's own Jira, {morning.jira.url}/browse/PAY-1",
        "The public bucket needs a second yes: ask as Ana, answer as Sue. Staging's waits for its night of changes.",
        "Undo… opens the port again, exactly as it was.",
        "Accept risk… is Sue's to press; on Ana's own cases she is told so.",
        "Audit: who did what, and that nobody has changed it since.",
        "Press Enter here for a redeploy that opens port 443 again: the case comes back by itself.",
        "Type ben, sue, chris or ana here for a link of theirs; open it in a private window.",
        "Ctrl-C ends the demo.",
    ):
        tell.note(line)


def _until_stopped(morning: Morning) -> None:
    """Say each change of the port, as the cloud itself tells it; do what is typed."""
    typed: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(typed,), daemon=True).start()
    before: list[str] = []
    while True:
        open_to = morning.cloud.may_reach(morning.shop.backoffice_group, 443)
        if open_to != before:
            morning.tell.saw(f"the cloud says: port 443 of the back office is open to {', '.join(open_to) or 'nobody'}")
            before = open_to
        while not typed.empty():
            _do(morning, typed.get(), open_to)
        time.sleep(_LOOK)


def _read_lines(typed: queue.SimpleQueue[str]) -> None:
    """What is typed, until standard input ends."""
    for line in sys.stdin:
        typed.put(line.strip().lower())


def _do(morning: Morning, word: str, open_to: list[str]) -> None:
    if word == "":
        _redeploy(morning, open_to)
    elif word in _PEOPLE:
        morning.tell.plain(morning.house.link_for(word))
    else:
        morning.tell.note(f"nothing is called {word[:30]!r}: press Enter, or type {', '.join(_PEOPLE)}")


def _redeploy(morning: Morning, open_to: list[str]) -> None:
    if WORLD in open_to:
        morning.tell.note("the port is open already; close it first, then let a redeploy open it again")
        return
    morning.cloud.open_port(morning.shop.backoffice_group, 443, "from the template")
    now = morning.now()
    status, _ = morning.send(alerts.deploy(morning.keys, now, number=int(now.timestamp())))
    expect(status == 202, f"the deploy was answered {status}")
    morning.tell.saw("the pipeline deployed from the old template and told Suture so")
