"""``make storm``: a hundred thousand alerts in five minutes against a fake Slack with Slack's real limits.

The verdict reads only what the sender got 2xx for and what the fake Slack took: its messages and its journal.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from tests.fakes.slack.client import FakeMessage, FakeSlack
from tests.free_port import free_port
from tests.harness.load import Sent, finding, post, signed
from tests.harness.organisation import PERSON, Organisation, channel_of, variables
from tests.harness.process import SutureProcess

POST, EDIT = "chat.postMessage", "chat.update"
_TIMES = 3  # a sender who got no 2xx comes again, this often a second


@dataclass(frozen=True, slots=True)
class Scale:
    """How much comes how fast, and how often the process is killed meanwhile."""

    alerts: int = 100_000
    seconds: float = 300.0
    problems: int = 40
    assets: int = 50
    teams: int = 50
    criticals: int = 10
    kills: int = 0
    quiet: int = 30  # seconds without a new case until a storm is over
    seed: int = 20140407


SHORT = Scale(alerts=900, seconds=6.0, assets=4, teams=4, criticals=3, kills=1, quiet=3)


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in one channel at the end.

    A case that a digest told, and that changes after its storm, has a message of its own too. With a team an asset no
    case changes once it is there, so each is told in one way; with fewer teams that holds while the storm lasts."""

    wanted: int  # cases that the accepted alerts make, the criticals besides
    singly: int
    together: int  # the numbers of its storms' digests, added up
    rows: int  # the numbers of the digests' rows, added up
    over: bool  # every digest says that its storm is over


@dataclass(slots=True)
class Evidence:
    """What the outside saw."""

    accepted: int = 0
    answers: list[float] = field(default_factory=list)  # milliseconds
    took: float = 0.0
    criticals: list[float] = field(default_factory=list)  # seconds from the 2xx to the post, one each
    doubled: int = 0  # cards or criticals that stand twice
    missing: int = 0  # criticals without a message
    posts: int = 0
    edits: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # 429, by method
    channels: dict[str, Told] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        """Whether every case was told once, and every number is true."""
        told = self.channels.values()
        return not (self.missing or self.doubled) and all(
            each.together == each.rows and each.singly + each.together == each.wanted and each.over for each in told
        )


def plan(scale: Scale) -> Iterator[tuple[float, str, dict[str, Any]]]:
    """(when, name, finding): half of the problems from the start, the others one by one, criticals among them.

    The problems are misconfigurations: an intrusion does not make them immediate too, as it does a vulnerability."""
    chance = random.Random(scale.seed)
    criticals = sorted(chance.sample(range(scale.alerts // 20, scale.alerts), scale.criticals))
    for number in range(scale.alerts):
        at = number * scale.seconds / scale.alerts
        asset = chance.randrange(scale.assets)
        if number in criticals:
            name = f"critical-{criticals.index(number)}"
            more = {"title": f"Intrusion {name}.", "kind": "detection", "severity": "critical"}
            yield at, name, finding(name, asset % scale.teams, asset, **more)
            continue
        begun = scale.problems // 2 + int(scale.problems / 2 * at / scale.seconds)
        problem = f"problem-{chance.randrange(begun)}"
        severity = ("low", "medium", "high")[len(problem) % 3]
        yield (
            at,
            f"{problem}@{asset}",
            finding(problem, asset % scale.teams, asset, kind="compliance", severity=severity),
        )


async def send(url: str, scale: Scale, sent: Sent) -> None:
    """At a constant rate whatever the answers do; who got no 2xx comes again until there is one."""
    tasks: set[asyncio.Task[None]] = set()
    timeout = aiohttp.ClientTimeout(total=30)
    began = time.perf_counter()
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=200)) as session:

        async def until_taken(name: str, told: dict[str, Any]) -> None:
            while True:
                mine = Sent(accepted={})
                await post(session, f"{url}/v1/alerts/generic", signed(name, told), mine)
                sent.seconds += mine.seconds
                if mine.accepted:
                    sent.accepted.setdefault(name, mine.accepted[name])
                    return
                await asyncio.sleep(1 / _TIMES)

        for at, name, told in plan(scale):
            await asyncio.sleep(max(0.0, began + at - time.perf_counter()))
            task = asyncio.create_task(until_taken(name, told))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
    sent.took = time.perf_counter() - began


async def kills(process: SutureProcess, scale: Scale) -> None:
    """``kill -9`` at random moments of the storm, and up again."""
    chance = random.Random(scale.seed)
    for _ in range(scale.kills):
        await asyncio.sleep(chance.uniform(0.3, 0.7) * scale.seconds / scale.kills)
        await asyncio.to_thread(process.kill)
        await asyncio.to_thread(process.start)


def play(folder: Path, scale: Scale, said: Callable[[str], None]) -> Evidence:
    """The storm, and the quiet after it."""
    port = free_port()
    scopes = ("chat:write", "commands", "channels:history")
    with FakeSlack(app_url=f"http://127.0.0.1:{port}/slack/events", scopes=scopes) as slack:
        for team in range(scale.teams):
            slack.add_channel(channel_of(team), f"team{team}")
        slack.add_person(PERSON, "ana")
        delivery = f"{{storm: {{cases_a_minute: 10, quiet: {scale.quiet}s}}}}"
        config = Organisation(teams=scale.teams, slack_url=slack.url, delivery=delivery).write(folder, port)
        process = SutureProcess(config, port, variables(f"sqlite:///{folder / 'suture.db'}"), folder / "log")
        process.start()
        try:
            sent = asyncio.run(_storm(process, scale))
            said(f"{len(sent.seconds):,} alerts answered in {sent.took:.0f} s; waiting for the quiet after the storm")
            return _quiet(slack, scale, sent)
        finally:
            process.stop()


async def _storm(process: SutureProcess, scale: Scale) -> Sent:
    sent = Sent()
    await asyncio.gather(send(process.url, scale, sent), kills(process, scale))
    return sent


def _quiet(slack: FakeSlack, scale: Scale, sent: Sent) -> Evidence:
    """What is there once everything has been told, or once that has had long enough."""
    end = time.monotonic() + scale.quiet + 120
    while True:
        evidence = evidence_of(slack, scale, sent)
        if evidence.exact or time.monotonic() > end:
            return evidence
        time.sleep(1)


def evidence_of(slack: FakeSlack, scale: Scale, sent: Sent) -> Evidence:
    """What the outside saw until now."""
    found = Evidence(accepted=len(sent.seconds), answers=sorted(1000 * each for each in sent.seconds), took=sent.took)
    calls = {line["n"]: line for line in slack.calls() if line["what"] == "call"}
    done = []
    for line in slack.calls():
        if line["what"] == "answer" and line.get("call") in calls:
            call = calls[line["call"]]
            found.refused[call["method"]] += line.get("error") == "ratelimited"
            if line["done"]:
                done.append(call)
    found.posts = sum(call["method"] == POST for call in done)
    found.edits = sum(call["method"] == EDIT for call in done)
    _criticals(found, scale, sent, [call for call in done if call["method"] == POST])
    wanted = _wanted(scale, sent)
    for team in range(scale.teams):
        messages = slack.channel(channel_of(team)).messages()
        found.channels[channel_of(team)] = _told(found, messages, wanted[team])
    return found


def _criticals(found: Evidence, scale: Scale, sent: Sent, posts: list[dict[str, Any]]) -> None:
    for number in range(scale.criticals):
        name = f"critical-{number}"
        times = [call["at"] for call in posts if f"Intrusion {name}." in call["arguments"].get("text", "")]
        found.missing += not times
        found.doubled += max(0, len(times) - 1)
        if times and name in sent.accepted:
            found.criticals.append(times[0] - sent.accepted[name])


def _wanted(scale: Scale, sent: Sent) -> Counter[int]:
    """How many cases the accepted alerts make for each team: one a problem, over all its assets."""
    made = {
        (int(asset) % scale.teams, problem)
        for problem, _, asset in (name.partition("@") for name in sent.accepted)
        if asset
    }
    return Counter(team for team, _ in made)


def _told(found: Evidence, messages: list[FakeMessage], wanted: int) -> Told:
    named = [(message.metadata or {}).get("event_payload", {}).get("case", "") for message in messages]
    found.doubled += len(named) - len(set(named))
    digests = [message for message, name in zip(messages, named, strict=True) if name.startswith("digest-")]
    critical = sum("Intrusion critical-" in message.text for message in messages)
    return Told(
        wanted=wanted,
        singly=len(messages) - len(digests) - critical,
        together=sum(_number(r"([\d,]+) new case", each.text) for each in digests),
        rows=sum(sum(map(_whole, re.findall(r": ([\d,]+)\*? \(", each.shown))) for each in digests),
        over=all(each.text.startswith("The storm is over") for each in digests),
    )


def _number(pattern: str, text: str) -> int:
    match = re.search(pattern, text)
    return _whole(match[1]) if match else 0


def _whole(digits: str) -> int:
    return int(digits.replace(",", ""))


def table_of(evidence: Evidence, scale: Scale) -> Table:
    """What was promised, and what was seen."""
    shown = Table("what", "seen", "aim", title=f"A storm of {scale.alerts:,} alerts in {scale.seconds:.0f} s")
    answers, told = evidence.answers, evidence.channels.values()
    p99 = answers[int(len(answers) * 0.99)] if answers else 0.0
    spans = sorted(evidence.criticals)
    late = f"{spans[int(len(spans) * 0.99)]:.2f} s" if spans else "none"
    rows = [
        ("alerts answered 2xx", f"{evidence.accepted:,}, p99 {p99:.0f} ms", f"{scale.alerts:,}"),
        ("criticals posted after their 2xx", f"{len(spans)}: p99 {late}", f"{scale.criticals}: p99 under 5 s"),
        ("posts and edits that Slack took", f"{evidence.posts} and {evidence.edits}", ""),
        ("posts and edits that Slack refused (429)", _refused(evidence), "0 and 0"),
        ("cases told singly", f"{sum(each.singly for each in told)}", ""),
        ("cases told in digests", f"{sum(each.together for each in told)}", ""),
        ("cases in all", f"{sum(each.singly + each.together for each in told)}", f"{sum(e.wanted for e in told)}"),
        ("told twice, or never", f"{evidence.doubled}, {evidence.missing}", "0, 0"),
        ("counts exact in each channel", "yes" if evidence.exact else "NO", "yes"),
    ]
    for row in rows:
        shown.add_row(*row)
    return shown


def _refused(evidence: Evidence) -> str:
    return f"{evidence.refused[POST]} and {evidence.refused[EDIT]}"


def main() -> int:
    """Play, print; 1 when a promise was broken."""
    whole = Scale()
    parser = argparse.ArgumentParser(prog="python -m tests.bench.storm", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few seconds, with one kill -9: it measures nothing")
    parser.add_argument("--teams", type=int, default=whole.teams, help="over how many channels the assets lie")
    parser.add_argument("--alerts", type=int, default=whole.alerts)
    parser.add_argument("--seconds", type=float, default=whole.seconds)
    parser.add_argument("--kills", type=int, default=whole.kills)
    chosen = parser.parse_args()
    scale = Scale(alerts=chosen.alerts, seconds=chosen.seconds, teams=chosen.teams, kills=chosen.kills)
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        evidence = play(Path(folder), SHORT if chosen.short else scale, lambda line: console.print(line, style="dim"))
    console.print(table_of(evidence, SHORT if chosen.short else scale))
    for channel, each in evidence.channels.items():
        if each.singly + each.together != each.wanted or each.together != each.rows or not each.over:
            console.print(f"{channel}: {each}", style="red")
    late = any(span > 5 for span in evidence.criticals)
    return int(not evidence.exact or (late and not chosen.short))


if __name__ == "__main__":
    sys.exit(main())
