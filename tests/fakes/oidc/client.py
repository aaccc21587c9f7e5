"""The fake provider from a test's side: start it, seat people at the browser, order faults."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.fakes.oidc.state import CLIENT_ID, CLIENT_SECRET
from tests.fakes.own_process import OwnProcess
from tests.plain_http import NO_TLS


class FakeOidc(OwnProcess):
    """A running process. ``with FakeOidc() as oidc: oidc.issuer …``; or start() and stop()."""

    _name = "provider"
    client_id, client_secret = CLIENT_ID, CLIENT_SECRET

    def __init__(self) -> None:
        self.issuer = ""
        self._http = httpx2.Client(timeout=10, verify=NO_TLS)

    def _arguments(self) -> list[str]:
        return ["tests.fakes.oidc"]

    def _listens(self, line: str) -> None:
        self.issuer = line

    def stop(self) -> None:
        self._http.close()
        super().stop()

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
