"""Everything the story touches: the cloud, Jira, Suture and the people. Nothing here looks into Suture's database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from bot.demo.alerts import Post
from bot.demo.cloud import Cloud, Shop
from bot.demo.house import House, first_free_port, fresh_folder
from bot.demo.jira import Jira
from bot.demo.keys import Keys
from bot.demo.people import AtConsole
from bot.demo.telling import DidNotHappen, Teller


@dataclass(slots=True)
class Morning:
    """The shop's world while the demo runs."""

    tell: Teller
    keys: Keys
    cloud: Cloud
    shop: Shop
    jira: Jira
    house: House
    http: httpx2.Client
    closing: ExitStack
    known: dict[str, AtConsole] = field(default_factory=dict)

    def now(self) -> datetime:
        """The time, to the second: what senders sign with."""
        return datetime.now(UTC).replace(microsecond=0)

    def send(self, post: Post) -> tuple[int, dict[str, Any]]:
        """(status, answer) of one delivery."""
        answered = self.http.post(self.house.url + post.path, content=post.body, headers=dict(post.headers))
        return answered.status_code, answered.json()

    def at_console(self, person: str) -> AtConsole:
        """This person at their browser; signed in the first time they are needed."""
        if person not in self.known:
            self.known[person] = AtConsole(person, self.house.url, self.house.link_for(person))
            self.closing.callback(self.known[person].close)
        return self.known[person]


@contextmanager
def begun(tell: Teller, *, once: bool, port: int) -> Iterator[Morning]:
    """Start everything, and stop it whatever happens."""
    with ExitStack() as closing:
        folder = closing.enter_context(fresh_folder(_folder(closing, once=once)))
        keys = Keys()
        cloud = Cloud()
        closing.callback(cloud.stop)
        shop = cloud.build()
        tell.saw(f"an emulated AWS (moto) with the shop's account in it at {cloud.url}")
        jira = Jira()
        closing.callback(jira.stop)
        tell.saw(f"the demo's own small Jira at {jira.url}")
        house = House(folder, _port(tell, port), keys)
        house.furnish(cloud, shop, jira)
        closing.callback(house.stop)
        house.start()
        tell.saw(f"Suture is ready at {house.url}, on SQLite in {folder}")
        http = httpx2.Client(timeout=20, trust_env=False)
        closing.callback(http.close)
        try:
            yield Morning(tell, keys, cloud, shop, jira, house, http, closing)
        except DidNotHappen as failure:
            raise DidNotHappen(f"{failure}\n\nThe last lines of Suture's log:\n{house.last_words()}") from failure


def _folder(closing: ExitStack, *, once: bool) -> Path:
    if once:
        return Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="suture-demo-")))
    return Path("var") / "demo"


def _port(tell: Teller, wanted: int) -> int:
    port = first_free_port(wanted)
    if port != wanted:
        tell.note(f"port {wanted} is taken by something else; the console is at {port}")
    return port
