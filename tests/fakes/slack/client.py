"""The fake Slack as a test tells of it: ``slack.channel("C0PAY").message("S-12").button("Fix now…").press(by="U0ANA")``

Everything here is synchronous. In an async test whose own loop serves the app, call it through ``asyncio.to_thread``: a
press waits for the app's answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from tests.fakes.own_process import OwnProcess
from tests.fakes.slack.story import Delivered, FakeChannel, FakeMessage, FakeView, texts
from tests.patience import PATIENCE
from tests.plain_http import NO_TLS

T = TypeVar("T")


class Impossible(AssertionError):
    """What the test wanted to do cannot be done on this screen."""


class FakeSlack(OwnProcess):
    """One fake Slack in a process of its own. Use it with ``with``, or start() and stop() it."""

    _name = "Slack"

    def __init__(
        self,
        *,
        app_url: str = "",
        journal: Path | None = None,
        token: str = "xoxb-fake-token",
        signing_secret: str = "fake-signing-secret",
        scopes: Sequence[str] = (),
        limits: Mapping[str, float] | None = None,
        port: int = 0,
        seed: int = 0,
    ) -> None:
        self.token, self.signing_secret, self.journal_path = token, signing_secret, journal
        self._app_url, self._scopes, self._limits = app_url, scopes, limits or {}
        self._port, self._seed = port, seed
        self.api = self._control = ""
        self.http = httpx2.Client(timeout=30, trust_env=False, verify=NO_TLS)

    @property
    def url(self) -> str:
        """What an app uses as the Web API's base address; it ends with ``/api/``."""
        return f"{self.api}/api/"

    def _arguments(self) -> list[str]:
        given = ["tests.fakes.slack", "--port", str(self._port), "--seed", str(self._seed)]
        given += ["--token", self.token, "--signing-secret", self.signing_secret, "--app-url", self._app_url]
        given += ["--scopes", ",".join(self._scopes)]
        given += [f"--limit={name}={figure}" for name, figure in self._limits.items()]
        return given + (["--journal", str(self.journal_path)] if self.journal_path else [])

    def _listens(self, line: str) -> None:
        addresses = json.loads(line)
        self.api, self._control = addresses["api"], addresses["control"]

    def stop(self) -> None:
        self.http.close()
        super().stop()

    def act(self, act: str, /, **wanted: Any) -> Any:
        """One act of the control API. Raises Impossible with the fake's reason."""
        answer = self.http.post(f"{self._control}/_control/{act}", json=wanted)
        if answer.status_code != 200:
            raise Impossible(answer.json().get("problem", answer.text))
        return answer.json()

    def reset(self, *, app_url: str = "", scopes: Sequence[str] = ()) -> None:
        """Another workspace, as new as if the process had just been started with these."""
        self.act("reset", app_url=app_url, scopes=",".join(scopes))

    # The workspace

    def connect(self, app_url: str) -> None:
        """Where the app takes interactions, commands and callbacks."""
        self.act("settings", app_url=app_url)

    def settings(self, **wanted: Any) -> Any:
        """token, signing_secret, scopes, limits={…}; returns the ids of team, app and bot."""
        return self.act("settings", **wanted)

    def add_channel(self, id: str, name: str = "", **more: Any) -> FakeChannel:
        """``member``, ``archived``, ``private``."""
        self.act("channel", id=id, name=name or id.lower(), **more)
        return self.channel(id)

    def add_person(self, id: str, name: str = "", **more: Any) -> None:
        """The fields of workspace.Person: ``email``, ``confirmed``, ``team`` (another workspace's), ``restricted`` …"""
        self.act("person", id=id, name=name or id.lower(), **more)

    def set_group(self, id: str, *people: str) -> None:
        """A user group and who is in it."""
        self.act("group", id=id, people=list(people))

    def channel(self, id: str) -> FakeChannel:
        return FakeChannel(self, id)

    # What people see and do

    def private(self, to: str | None = None) -> list[FakeMessage]:
        """The messages that only one person sees, oldest first."""
        return [FakeMessage(self, posted) for posted in self.act("private", to=to)]

    def private_message(self, containing: str = "", *, to: str, within: float = PATIENCE) -> FakeMessage:
        """Waits for it."""
        return self.wait(lambda: next((m for m in self.private(to) if containing in m.shown), None), within)

    def views(self) -> list[FakeView]:
        return [FakeView(self, view) for view in self.act("views")]

    def view(self, by: str | None = None, containing: str = "", *, within: float = PATIENCE) -> FakeView:
        """The modal on somebody's screen, waited for."""

        def there() -> FakeView | None:
            return next((v for v in self.views() if by in (None, v.person) and containing in v.shown), None)

        return self.wait(there, within)

    def submit(self, view: FakeView, values: Mapping[str, str] | None = None, *, by: str) -> Delivered:
        """Fill and submit a modal; values by the name of the input."""
        return Delivered(**self.act("submit", view=view.id, values=dict(values or {}), by=by))

    def command(self, command: str, text: str = "", *, by: str, channel: str = "C0GENERAL") -> Delivered:
        return Delivered(**self.act("command", command=command, text=text, by=by, channel=channel))

    def open_home(self, *, by: str) -> Delivered:
        """Somebody looks at the app's own page."""
        return Delivered(**self.act("home", by=by))

    def home(self, of: str, containing: str = "", *, within: float = PATIENCE) -> dict[str, Any]:
        """The app's page of one person, waited for."""

        def there() -> dict[str, Any] | None:
            view: dict[str, Any] | None = self.act("homes").get(of)
            return view if view and containing in "\n".join(texts(view)) else None

        return self.wait(there, within)

    def files(self) -> list[dict[str, Any]]:
        """The files that were shown somewhere: ``name``, ``content``, ``channel``."""
        found: list[dict[str, Any]] = self.act("files")
        return found

    def callback(self, body: Mapping[str, Any]) -> Delivered:
        """A JSON body of the Events API."""
        return Delivered(**self.act("callback", body=dict(body)))

    def redeliver(self, delivered: Delivered, *, retry: int = 0) -> Delivered:
        """The same payload again."""
        return Delivered(**self.act("redeliver", delivery=delivered.delivery, retry=retry))

    # What goes wrong

    def fault(self, kind: str, **more: Any) -> None:
        """``kind`` is one of faults.Kind; the rest are fields of faults.Fault."""
        self.act("fault", kind=kind, **more)

    def clear_faults(self) -> None:
        self.act("clear-faults")

    def refuse(self, seconds: float) -> None:
        """Refuse connections for a while; the control address stays open."""
        self.act("refuse", seconds=seconds)

    def advance(self, seconds: float) -> None:
        """Move the fake's clock ahead."""
        self.act("clock", advance=seconds)

    def hang_up(self, *, politely: bool) -> None:
        """End the connections of Socket Mode: asked for by Slack, or cut."""
        self.act("hang-up", politely=politely)

    def sockets(self) -> dict[str, int]:
        """``open`` connections now, and how many were ``opened``."""
        found: dict[str, int] = self.act("sockets")
        return found

    # What happened

    def calls(self, method: str | None = None) -> list[dict[str, Any]]:
        """The journal so far; of one Web API method when given."""
        found: list[dict[str, Any]] = self.act("calls", method=method)
        return found

    def wait(self, look: Callable[[], T | None], within: float = PATIENCE) -> T:
        """What ``look`` finds, as soon as it finds it. Raises AssertionError after ``within`` seconds."""
        until = time.monotonic() + within
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > until:
                raise AssertionError(f"waited {within} s for it in vain")
            time.sleep(0.02)
