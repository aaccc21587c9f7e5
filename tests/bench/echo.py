"""The peer of the same run: FastAPI that reads a body and answers, with nothing behind it."""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import Route


async def echo(request: Request) -> Response:
    """Read it, answer 202."""
    body = await request.body()
    return Response(b'{"bytes":%d}' % len(body), 202, media_type="application/json")


async def ready(request: Request) -> Response:
    return Response(b"{}")


def main(port: int) -> None:
    app = FastAPI(openapi_url=None)
    app.router.routes.extend([Route("/echo", echo, methods=["POST"]), Route("/readyz", ready)])
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
