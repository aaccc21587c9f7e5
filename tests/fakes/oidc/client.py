"""The fake provider from a test's side: start it, seat people at the browser, order faults."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2

from tests.fakes.oidc.state import CLIENT_ID, CLIENT_SECRET

_ROOT = Path(__file__).resolve().parents[3]


class FakeOidc:
    """A running process. ``with FakeOidc() as oidc: oidc.issuer …``; or start() and stop()."""

    client_id, client_secret = CLIENT_ID, CLIENT_SECRET

    def __init__(self) -> None:
        self.issuer = ""
        self._process: subprocess.Popen[str] | None = None
        self._http = httpx2.Client(timeout=10)

    def start(self) -> FakeOidc:
        command = [sys.executable, "-m", "tests.fakes.oidc"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT)
        assert self._process.stdout is not None
        self.issuer = self._process.stdout.readline().strip()
        if not self.issuer:
            self.stop()
            raise RuntimeError("the fake provider did not start; its own words are above")
        return self

    def stop(self) -> None:
        self._http.close()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None

    def __enter__(self) -> FakeOidc:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def set(self, **values: Any) -> None:
        """See state.Provider: people, who, now, document, redirect_uris, claims_in_userinfo …"""
        self._post("set", **values)

    def fault(self, fault: str) -> None:
        """One of state.FAULTS, once."""
        self._post("fault", fault=fault)

    def rotate(self, kid: str, algorithm: str = "RS256") -> None:
        self._post("rotate", kid=kid, algorithm=algorithm)

    def reset(self) -> None:
        self._post("reset")

    def waiting_faults(self) -> list[str]:
        """What was ordered and did not happen yet."""
        found: list[str] = self._get("faults")["waiting"]
        return found

    def signed_out(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self._get("signed-out")
        return found

    def _get(self, path: str) -> Any:
        return self._http.get(f"{self.issuer}/_control/{path}").raise_for_status().json()

    def _post(self, path: str, **body: Any) -> None:
        self._http.post(f"{self.issuer}/_control/{path}", json=body).raise_for_status()
