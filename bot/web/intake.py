"""An alert comes in: verify the bytes, read them, write them down, answer. This room decides nothing.

2xx is sent only when the delivery and everything that follows from it is on disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response

from bot import metrics
from bot.model.written import Written
from bot.reading.here import Reads, Records
from bot.store.group_commit import GroupCommit
from bot.store.refusals import NOT_DONE, is_about_a_value
from bot.triage.accept import Accepted, Received
from bot.web.answers import answer, cause_of, refusal
from bot.web.reading_bodies import BodyRefused
from bot.web.senders import EnabledSource, incoming_of, kept, verified
from connectors.contract.failure import NotThisFormat, Refused, Retriable
from connectors.contract.finding import Finding, Kind, Quarantined
from connectors.contract.source import Answer, Family, Incoming, Keys, Source

log = structlog.get_logger()

Confirm = Callable[[str], Awaitable[None]]  # GET a handshake's pinned URL; raises Retriable


class Intake:
    """``POST /v1/alerts/{source}``."""

    def __init__(
        self,
        enabled: Mapping[str, EnabledSource],
        reads: Reads,
        group: GroupCommit[Received, Accepted],
        keys: Keys,
        confirm: Confirm,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._enabled = enabled
        self._reads = reads
        self._group = group
        self._keys = keys
        self._confirm = confirm
        self._clock = clock
        self._new_id = new_id

    async def receive(self, request: Request) -> Response:
        """One delivery: 202 with what happened, or a refusal after which nothing has changed."""
        name = request.path_params["source"]
        enabled = self._enabled.get(name)
        if enabled is None:
            # One answer for "no such source" and "no secret configured": neither tells a stranger anything.
            return refusal(404, "no such source", do="see `suture check` for the sources that are enabled")
        with metrics.INTAKE_SECONDS.time():
            response = await self._receive(enabled, request)
        metrics.DELIVERIES.labels(name, str(response.status_code)).inc()
        return response

    async def _receive(self, enabled: EnabledSource, request: Request) -> Response:
        if self._group.full:
            return refusal(503, "too much is waiting to be written", do="send it again", retry_after=2)
        try:
            challenged = self._challenge(enabled, request)
            if challenged is not None:
                return challenged
            incoming = await verified(enabled, request, self._clock(), self._keys)
            _refuse_what_is_a_file(enabled.source)
            handshake = await self._handshake(enabled, incoming)
            if handshake is not None:
                return handshake
            received = await self._read(enabled, incoming)
            return _thanks(enabled.source, await self._write(received))
        except BodyRefused as refused:
            return refusal(refused.status, str(refused), do=refused.do)
        except Refused as refused:
            log.warning("delivery refused", source=enabled.source.id, reason=str(refused))
            return refusal(401, str(refused), do="check the secret and the sender's clock")
        except NotThisFormat as failure:
            return refusal(400, str(failure), do=f"send what {enabled.source.title} sends")
        except Retriable as failure:
            return refusal(503, str(failure), do="send it again", retry_after=5)
        except NOT_DONE as failure:
            log.error("delivery not stored", source=enabled.source.id, problem=cause_of(failure))
            return refusal(503, "the database did not take it; nothing was stored", do="send it again", retry_after=5)

    async def _write(self, received: Received) -> Accepted:
        """Stored with its findings; or, where the database cannot hold one of its values, whole and quarantined.

        Sending that again would never help, and refusing it would lose it.
        """
        try:
            return await self._group.submit(received)
        except DBAPIError as failure:
            if not is_about_a_value(failure):
                raise
            log.error("delivery quarantined", source=received.source, problem=cause_of(failure))
            reason = "the database cannot hold a value in it (too long or too large); replay it with a later version"
            return await self._group.submit(replace(received, records=(Quarantined("", reason),)))

    def _challenge(self, enabled: EnabledSource, request: Request) -> Response | None:
        """The answer to a vendor that asks, unsigned, whether we are there; all but POST is for that alone."""
        ask = enabled.source.challenge
        said = ask(incoming_of(request, b""), enabled.options) if ask else None
        if said is not None:
            if said.status >= 400:
                log.warning("challenge refused", source=enabled.source.id, method=request.method)
            headers = {"x-content-type-options": "nosniff", **said.headers}  # the body is the asker's own words
            return Response(said.body, said.status, headers, media_type=said.content_type)
        if request.method != "POST":
            refused = refusal(405, "this address takes alerts by POST", do="post them")
            refused.headers["allow"] = "POST"
            return refused
        return None

    async def _handshake(self, enabled: EnabledSource, incoming: Incoming) -> Response | None:
        if enabled.source.handshake is None:
            return None
        said: Answer | None = enabled.source.handshake(incoming, enabled.options)
        if said is None:
            return None
        if said.confirm:
            await self._confirm(said.confirm)
            log.info("subscription confirmed", source=enabled.source.id)
        return Response(said.body, said.status, dict(said.headers), media_type=said.content_type)

    async def _read(self, enabled: EnabledSource, incoming: Incoming) -> Received:
        source = enabled.source
        with metrics.PARSE_SECONDS.time():
            told = await self._reads.delivery(source, incoming.body, incoming.headers, enabled.options)
        _refuse_what_quotes_a_secret(source, told.records)
        return Received(
            id=self._new_id(),
            source=source.id,
            delivery_key=told.delivery_key,
            received_at=self._clock(),
            headers=kept(source, incoming.headers),
            body=incoming.body,
            parser_version=source.parser_version,
            records=told.records,
            environment=enabled.options.environment,
            packed=told.packed,
        )


def _refuse_what_is_a_file(source: Source) -> None:
    """A body posted here is kept for its replay, secrets and all. Raises BodyRefused."""
    if source.only_as_file:
        why = f"reports of {source.title} quote secrets, and what is posted here is kept"
        raise BodyRefused(400, why, f"post it to /v1/scans/{source.id}: a file is deleted once it is read")


def _refuse_what_quotes_a_secret(source: Source, records: Records) -> None:
    """The same of a report of any scanner that found one: it stands in the body as it came. Raises BodyRefused."""
    findings = (one.finding if isinstance(one, Written) else one for one in records)
    if source.family is Family.REPORT and any(isinstance(f, Finding) and f.kind is Kind.SECRET for f in findings):
        why = "a leaked secret was found, this report may quote it, and what is posted here is kept"
        raise BodyRefused(
            400, why, f"post it to /v1/scans/{source.id}: a file with a secret is deleted once it is read"
        )


def _thanks(source: Source, accepted: Accepted) -> Response:
    if source.stored is not None:
        return Response(source.stored.body, source.stored.status, media_type=source.stored.content_type)
    return answer(202, asdict(accepted))
