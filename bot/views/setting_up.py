"""What a person is told who connects a source: how it proves itself, where its secret is, how to try it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from pydantic_core import to_json

from bot.model.made_up import made_up_alert
from bot.model.source_state import SourceState, Switch
from connectors.contract.source import Source

_KINDS = {
    "bearer": "the secret in the header Authorization: Bearer",
    "basic": "the secret as the password of Authorization: Basic; the name is free",
    "standard-webhooks": "a signature by Standard Webhooks, made with the secret (whsec_…)",
    "aws-sns": "Amazon's own signature; its topic must be in the list allow",
    "path": "the secret as the last part of the address",
    "oidc": "a token that its own sign-in signs (OpenID Connect), for one of the list allow",
}
_TWO = "Two secrets are live: the sender may use either. Take the old one out once nothing uses it."
_ONE = "One secret is live. To change it, add the new one beside it, change the sender, take the old one out."


def addresses(public_url: str, source: Source) -> list[tuple[str, str]]:
    """(what for, the address to paste) of a source."""
    base = public_url.rstrip("/")
    found = [] if source.only_as_file else [("alerts", f"{base}/v1/alerts/{source.id}")]
    if any(verifier.kind == "path" for verifier in source.verifiers):
        found.append(("a sender that can neither sign nor set a header", f"{base}/v1/alerts/{source.id}/<the secret>"))
    if source.read_report is not None:
        found.append(("report files, also large ones", f"{base}/v1/scans/{source.id}"))
    return found


def proofs(source: Source) -> list[str]:
    """Each way in which it may prove itself, a sentence's part each; one of them suffices."""
    return [_proof(verifier.kind) for verifier in source.verifiers]


def _proof(kind: str) -> str:
    word, _, name = kind.partition(" ")
    if word == "header":
        return f"the secret in the header {name}"
    if word == "query":
        return f"the secret in the address, as ?{name}="
    if word.startswith("hmac-"):
        return f"a signature of the body (HMAC-{word.removeprefix('hmac-').upper()}), made with the secret"
    return _KINDS.get(kind, kind)


def secret_words(state: SourceState) -> str:
    """How many secrets are live and where they are read; never what they are."""
    if state.switch is not Switch.ON:
        named = f"It is to be read from {_listed(state.secrets)}." if state.secrets else "It names no secret yet."
        return named + (f" Nothing is in {_listed(state.missing)}." if state.missing else "")
    if not state.secrets:
        return f"It has no secret: only {_listed(state.allow)} may send."
    return f"Read from {_listed(state.secrets)}. {_TWO if len(state.secrets) > 1 else _ONE}"


def switch_on(state: SourceState) -> str:
    """What to write in config/sources.yaml so that it may send; "" when it may."""
    if state.switch is Switch.ON:
        return ""
    if state.switch is Switch.OFF:
        return f"{state.id}:\n  enabled: true"
    variable = state.id.upper().replace("-", "_") + "_SECRET"
    return f"sources:\n  {state.id}:\n    secrets: [{{env: {variable}}}]"


def try_lines(public_url: str, source: Source, state: SourceState) -> list[str]:
    """Commands that try it with a made-up alert: our own, and curl where the secret is simply sent along."""
    if state.switch is not Switch.ON or not state.secrets:
        return []
    ways = [way for way in (_curl_way(verifier.kind, _shell(state.secrets[0])) for verifier in source.verifiers) if way]
    if source.only_as_file:
        address = addresses(public_url, source)[0][1]
        return [f"curl --fail-with-body {way} --data-binary @REPORT {address}" for way in ways[:1]]
    content = shlex.quote(to_json(made_up_alert(source.id)).decode())
    address = addresses(public_url, source)[0][1]
    curls = [f"curl --fail-with-body {way} -H 'Content-Type: application/json' -d {content} {address}" for way in ways]
    return [f"suture send {source.id}", *curls[:1]]


def _curl_way(kind: str, secret: str) -> str:
    word, _, name = kind.partition(" ")
    if word == "bearer":
        return f'-H "Authorization: Bearer {secret}"'
    if word == "header":
        return f'-H "{name}: {secret}"'
    return f'-u "suture:{secret}"' if word == "basic" else ""


def _shell(origin: str) -> str:
    """``env TOKEN`` and ``file /run/token`` as a shell reads them, within double quotes."""
    kind, _, place = origin.partition(" ")
    return f"${place}" if kind == "env" else f"$(cat {shlex.quote(place)})"


def _listed(places: Sequence[str]) -> str:
    return " and ".join(places)
