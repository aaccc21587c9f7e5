"""``python -m tests.fakes.oidc --port P``: prints its issuer on one line, then serves."""

from __future__ import annotations

import argparse
import socket

import uvicorn
from fastapi import FastAPI

from tests.fakes.oidc.app import routes
from tests.fakes.oidc.control import controls
from tests.fakes.oidc.signing import SigningKey
from tests.fakes.oidc.state import Provider
from tests.fakes.own_process import KEEPS_CONNECTIONS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.oidc", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", parser.parse_args().port))
    listener.listen(128)
    provider = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}", keys=[SigningKey.made("first", "RS256")])
    app = FastAPI()
    app.include_router(controls(provider))
    app.include_router(routes(provider))
    print(provider.issuer, flush=True)
    config = uvicorn.Config(app, log_level="error", proxy_headers=False, timeout_keep_alive=KEEPS_CONNECTIONS)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
