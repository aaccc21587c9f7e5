"""Jira's own shape of an error."""

from __future__ import annotations

from fastapi.responses import JSONResponse


def refused(status: int, *messages: str, **errors: str) -> JSONResponse:
    return JSONResponse({"errorMessages": list(messages), "errors": errors}, status)


def missing() -> JSONResponse:
    return refused(404, "Issue does not exist or you do not have permission to see it.")
