"""Someone deployed: write it down, and look again at what we had mitigated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import structlog
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from bot.engine import Engine
from bot.store.db import Store
from bot.store.refusals import NOT_DONE
from bot.store.tables import deploy
from bot.store.upsert import insert
from bot.web.answers import answer, cause_of, refusal
from bot.web.reading_bodies import BodyRefused
from bot.web.senders import EnabledSource, verified
from connectors.contract.failure import Refused, Retriable
from connectors.contract.source import Keys
from connectors.text import clean, https_url

log = structlog.get_logger()
_WATCH = "watch.all"


def _printable(text: str) -> str:
    """An id is compared and kept as it is, so it must be one that every database can hold."""
    if not text.isprintable():
        raise ValueError("only printable characters, please")
    return text


class DeployBody(BaseModel):
    """What a pipeline tells: ``{"id": "812", "name": "shop 4.2", "asset": "shop", "actor": "ana", "url": …}``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, Field(min_length=1, max_length=150), AfterValidator(_printable)]
    name: str = Field(min_length=1, max_length=200)
    asset: str = Field(default="", max_length=200)
    actor: str = Field(default="", max_length=100)
    url: str = Field(default="", max_length=500)


class Deploys:
    """``POST /v1/deploys``, signed like the generic source and with its secrets."""

    def __init__(
        self,
        enabled: EnabledSource | None,
        store: Store,
        engine: Engine,
        keys: Keys,
        clock: Callable[[], datetime],
    ) -> None:
        self._enabled = enabled
        self._store = store
        self._engine = engine
        self._keys = keys
        self._clock = clock

    async def receive(self, request: Request) -> Response:
        """202 once the deploy is on disk and the watch has been asked to look."""
        if self._enabled is None:
            return refusal(404, "deploys are not taken", do="give the source `deploys` or `generic` a secret")
        try:
            incoming = await verified(self._enabled, request, self._clock(), self._keys)
            body = DeployBody.model_validate_json(incoming.body)
            return await self._write(body)
        except BodyRefused as refused:
            return refusal(refused.status, str(refused), do=refused.do)
        except Refused as refused:
            return refusal(401, str(refused), do="sign it as the generic source is signed")
        except Retriable as failure:
            return refusal(503, str(failure), retry_after=5)
        except ValidationError as failure:
            first = failure.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "body"
            return refusal(400, f"{where}: {first['msg']}", do="see docs/sources.md for the shape of a deploy")
        except NOT_DONE as failure:
            log.error("deploy not stored", problem=cause_of(failure))
            return refusal(503, "the database did not take it", do="send it again", retry_after=5)

    async def _write(self, body: DeployBody) -> Response:
        row = {
            "name": clean(body.name, 200),
            "asset": clean(body.asset, 200),
            "actor": clean(body.actor, 100),
            "url": https_url(body.url) or "",
            "transport_id": body.id,
            "at": self._clock(),
        }
        async with self._store.write() as connection:
            statement = insert(connection, deploy).values(row).on_conflict_do_nothing().returning(deploy.c.id)
            fresh = (await connection.execute(statement)).scalar() is not None
            if fresh:
                await self._engine.enqueue(connection, _WATCH, key=f"deploy-{body.id}")
        return answer(202, {"deploy": body.id, "repeated": not fresh})
