"""``python -m tests.fakes.jira --port P --journal FILE``: prints its address on one line, then serves."""

from __future__ import annotations

import argparse
import socket
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from tests.fakes.jira.api import routes
from tests.fakes.jira.changing import Changing
from tests.fakes.jira.control import controls
from tests.fakes.jira.faults import Faults
from tests.fakes.jira.following_api import following
from tests.fakes.jira.journal import Journal
from tests.fakes.jira.screen import at_the_screen
from tests.fakes.jira.state import Jira, utc_now
from tests.fakes.jira.webhooks import Webhooks
from tests.fakes.jira.wire import Wire
from tests.fakes.own_process import KEEPS_CONNECTIONS


def _read() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.jira", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--journal", type=Path, help="append every call to this file, one JSON line each")
    parser.add_argument("--deployment", choices=("cloud", "datacenter"), default="cloud")
    parser.add_argument("--index-lag", type=float, default=0.0, help="seconds until the search shows an issue")
    return parser.parse_args()


def main() -> None:
    given = _read()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", given.port))
    listener.listen(128)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    jira = Jira(utc_now, given.deployment, address, index_lag=given.index_lag)
    faults, journal, app = Faults(), Journal(given.journal), FastAPI()
    webhooks = Webhooks(jira)
    changing = Changing(jira, webhooks.tell)
    app.include_router(controls(jira, faults, journal, webhooks))
    app.include_router(at_the_screen(jira, changing))
    app.include_router(routes(jira))
    app.include_router(following(jira, changing))
    print(address, flush=True)
    served = Wire(app, jira, faults, journal)
    config = uvicorn.Config(served, log_level="error", proxy_headers=False, timeout_keep_alive=KEEPS_CONNECTIONS)
    uvicorn.Server(config).run(sockets=[listener])
    journal.close()


if __name__ == "__main__":
    main()
