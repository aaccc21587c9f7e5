"""One answer for a source with several ways to prove itself: any one suffices."""

from __future__ import annotations

from datetime import datetime

from connectors.contract.failure import Refused, Retriable
from connectors.contract.source import Incoming, Keys, Source, SourceOptions


def is_configured(options: SourceOptions) -> bool:
    """Whether anybody could prove anything: a secret or an allow-list is there. If not, the source is 404."""
    return any(secret.strip() for secret in options.secrets) or any(entry.strip() for entry in options.allow)


async def verify(source: Source, request: Incoming, options: SourceOptions, now: datetime, keys: Keys) -> str:
    """The kind of the first of the source's verifiers that accepts the request.

    Raises Refused, with what each of them missed, when none does; Retriable when one of them could not fetch its key.
    """
    reasons: list[str] = []
    unreachable: Retriable | None = None
    for verifier in source.verifiers:
        try:
            await verifier(request, options, now, keys)
        except Refused as refusal:
            reasons.append(f"{verifier.kind}: {refusal}")
        except Retriable as error:
            unreachable = error
        else:
            return verifier.kind
    if unreachable is not None:
        raise unreachable
    raise Refused("; ".join(reasons) or "this source has no way to prove itself")
