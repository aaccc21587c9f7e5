"""What the connectors offer, as far as checking a configuration needs it: ids of sources and fixes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from connectors.contract.source import Source

# Verifiers that check the vendor's own signature: they need a list of who may send, not a secret shared with us.
WITHOUT_SECRET = frozenset({"aws-sns", "google-oidc", "oidc", "entra-jwt"})


@dataclass(frozen=True, slots=True)
class Known:
    """``sources`` is each source's id with the kinds of its verifiers; None leaves the names unchecked."""

    sources: Mapping[str, tuple[str, ...]] | None = None
    fixes: frozenset[str] | None = None
    # Says what is wrong with the field names of a mapping, each as "name: why"; None leaves them unchecked.
    mapping: Callable[[Mapping[str, str]], list[str]] | None = None


def known_of(
    sources: Mapping[str, Source],
    fixes: Iterable[str],
    mapping: Callable[[Mapping[str, str]], list[str]] | None = None,
) -> Known:
    """What the registry found, for :func:`bot.settings.load`."""
    kinds = {name: tuple(verifier.kind for verifier in source.verifiers) for name, source in sources.items()}
    return Known(kinds, frozenset(fixes), mapping)
