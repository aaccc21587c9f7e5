"""``make docs``: what docs/sources.md says of the sources follows from them; ``--check`` fails when it is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from connectors.contract.source import Family, Source
from connectors.registry import sources

DOCS = Path(__file__).resolve().parent.parent / "docs"
BEGIN, END = "<!-- from here on written by `make docs` -->", "<!-- to here -->"
_HEADINGS = {
    Family.CLOUD: "Clouds",
    Family.CODE: "Code and pipelines",
    Family.RUNTIME: "Containers and hosts at run time",
    Family.ENDPOINT: "Endpoints",
    Family.NETWORK: "Network",
    Family.IDENTITY: "Identity",
    Family.OBSERVABILITY: "Observability",
    Family.REPORT: "Reports of scanners",
    Family.ANY: "Anything else",
}
_PROOFS = {
    "aws-sns": "SNS signature",
    "standard-webhooks": "Standard Webhooks",
    "bearer": "bearer token",
    "basic": "basic password",
    "oidc": "signed token (OIDC)",
    "path": "the secret as the last part of the address",
}
_COLUMNS = ("source", "what arrives", "how it proves itself", "kinds of finding", "says that something is gone")


def page(found: Mapping[str, Source], docs: Path = DOCS) -> str:
    """docs/sources.md as it should be. Raises ValueError when its markers are not there."""
    text = (docs / "sources.md").read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"docs/sources.md lacks the line {BEGIN!r} or {END!r}")
    return f"{before}{BEGIN}\n\n{written(found, docs)}\n{END}{after}"


def written(found: Mapping[str, Source], docs: Path = DOCS) -> str:
    """A table for each family, then how to set up each source."""
    order = list(Family)
    shelved = sorted(found.values(), key=lambda source: (order.index(source.family), source.id))
    parts = []
    for family, members in groupby(shelved, key=lambda source: source.family):
        parts.append(f"### {_HEADINGS[family]}\n\n" + "\n".join(_table(list(members))) + "\n")
    parts.append("## Setting one up\n")
    parts += [_section(source, docs) for source in sorted(found.values(), key=lambda source: source.id)]
    return "\n".join(parts)


def _table(members: list[Source]) -> Iterator[str]:
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "|" + "---|" * len(_COLUMNS)
    for source in members:
        unconfirmed = f" *Unconfirmed: {source.unconfirmed}.*" if source.unconfirmed else ""
        kinds = ", ".join(source.kinds) or "any"
        cells = (f"[`{source.id}`](#{source.id})", source.arrives + unconfirmed, _proofs(source), kinds)
        yield f"| {' | '.join(cells)} | {source.says_gone or 'never'} |"


def _proofs(source: Source) -> str:
    """``header x-api-key`` is shown as the header's name, ``query token`` as the address's end."""
    told = []
    for verifier in source.verifiers:
        word, _, name = verifier.kind.partition(" ")
        shown = {"header": f"`{name}`", "query": f"`?{name}=` in the address"}.get(word)
        told.append(shown or _PROOFS.get(verifier.kind) or f"`{verifier.kind}`")
    return ", or ".join(dict.fromkeys(told))  # two ways to write one digest are one proof


def _section(source: Source, docs: Path) -> str:
    more = f" See [more about it](sources/{source.id}.md)." if (docs / "sources" / f"{source.id}.md").exists() else ""
    vendor = f" [The sender's own documentation]({source.vendor_docs})." if source.vendor_docs else ""
    posts = "/v1/alerts" if source.read_report is None else "/v1/scans"
    return f"### {source.id}\n\n{source.title}, at `POST {posts}/{source.id}`. {source.docs}{more}{vendor}\n"


def main(words: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is as it should be."""
    path = DOCS / "sources.md"
    wanted = page(sources(()))
    if words == ["--check"]:
        if path.read_text(encoding="utf-8") == wanted:
            return 0
        print("docs/sources.md is not what the sources say; write it with: make docs", file=sys.stderr)
        return 1
    path.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
