"""Looking at what the storm has left behind, from the outside only: Slack's channels, the cloud, Jira, and over HTTP
with a person's session the audit trail.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx2

from tests.chaos.evidence import Card, Line
from tests.chaos.house import ACCOUNTS, FROZEN, SUE
from tests.fakes.cloud import FakeCloud
from tests.fakes.slack.client import FakeSlack
from tests.fakes.slack.story import FakeMessage, texts
from tests.harness.process import ROOT
from tests.plain_http import NO_TLS

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


def cards_of(slack: FakeSlack, channel: str) -> list[Card]:
    """Every card of a channel with its thread, in one reading: asked message by message it would take minutes."""
    posted = slack.act("messages", channel=channel)
    threads: dict[str, list[Line]] = {}
    for each in posted:
        if each["thread"]:
            said = [Line(float(each["ts"]), text) for text in texts(each["revisions"][-1]["blocks"])]
            threads.setdefault(each["thread"], []).extend(said)
    found = [FakeMessage(slack, each) for each in posted if not each["thread"]]
    return [Card(case_of(card), card.text + card.shown, tuple(threads.get(card.ts, ()))) for card in found]


def case_of(card: FakeMessage) -> str:
    """The case that a card is about, "" for none."""
    return str(card.metadata.get("event_payload", {}).get("case", ""))


def reached(requests: Iterable[bytes], act: str) -> dict[str, int]:
    """How often this act reached the cloud, by security group."""
    counts: dict[str, int] = {}
    for request in requests:
        if f"Action={act}&".encode() in request:
            group = re.search(rb"GroupId=(sg-[0-9a-f]+)", request)
            if group:
                name = group[1].decode()
                counts[name] = counts.get(name, 0) + 1
    return counts


def open_groups(cloud: FakeCloud) -> tuple[str, ...]:
    """The groups that still let the world in."""
    found = []
    for account in ACCOUNTS:
        pages = cloud.client("ec2", account).get_paginator("describe_security_groups").paginate()
        for group in (each for page in pages for each in page["SecurityGroups"]):
            ranges = [r["CidrIp"] for permission in group["IpPermissions"] for r in permission["IpRanges"]]
            found += [group["GroupId"]] if "0.0.0.0/0" in ranges else []
    return tuple(found)


def freezes_told(slack: FakeSlack) -> int:
    """How many freezes of the frozen environment a person is told of."""
    answered = slack.command("/suture", "windows", by=SUE)
    said = json.loads(answered.body) if answered.acknowledged else {}
    return sum(f"{FROZEN} is frozen since" in text for text in texts(said.get("blocks", [])))


class Reader:
    """Sue at her browser. Her link to sign in is made as an operator makes it, by ``suture sign-in``."""

    def __init__(self, url: str, config: Path, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "bot.cli", "sign-in", "sue", "--config", str(config)]
        made = subprocess.run(command, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=True)
        self._http = httpx2.Client(base_url=url, timeout=60, trust_env=False, verify=NO_TLS)
        self._http.post("/sign-in", data={"token": made.stdout.strip().partition("token=")[2]})

    def trail(self) -> list[dict[str, Any]]:
        """The whole trail, as JSON lines."""
        csrf = _CSRF.search(self._http.get("/audit").raise_for_status().text)
        assert csrf is not None, "the page of the trail has no form"
        taken = self._http.post("/audit/export", data={"csrf": csrf[1], "format": "jsonl"}).raise_for_status()
        return [json.loads(line) for line in taken.text.splitlines()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
