"""What a test may turn, and read. Not part of any provider."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request

from tests.fakes.oidc.signing import SigningKey
from tests.fakes.oidc.state import FAULTS, Provider


def controls(provider: Provider) -> APIRouter:
    router, first = APIRouter(prefix="/_control"), provider.keys

    @router.post("/set")
    async def change(request: Request) -> None:
        """Any of Provider's fields that is plain JSON."""
        for name, value in (await request.json()).items():
            if name not in Provider.__dataclass_fields__:
                raise HTTPException(400, f"no such field: {name}")
            setattr(provider, name, tuple(value) if name.endswith("_uris") else value)

    @router.post("/fault")
    async def order(request: Request) -> None:
        fault = (await request.json())["fault"]
        if fault not in FAULTS:
            raise HTTPException(400, f"no such fault: {fault}")
        provider.faults.append(fault)

    @router.post("/rotate")
    async def rotate(request: Request) -> None:
        """A new key signs from now on; the old one is gone."""
        given = await request.json()
        provider.keys = [SigningKey.made(given["kid"], given["algorithm"])]

    @router.get("/signed-out")
    async def signed_out() -> list[dict[str, str]]:
        return provider.signed_out

    @router.post("/reset")
    async def reset() -> None:
        """As it was when it started, its first key with it."""
        fresh = Provider(provider.issuer, keys=first)
        for name in Provider.__dataclass_fields__:
            setattr(provider, name, getattr(fresh, name))

    @router.get("/faults")
    async def faults() -> dict[str, Any]:
        return {"waiting": provider.faults}

    return router
