"""``python -m tests.goldens write <source> …`` writes golden findings anew; without a source, those of all."""

from __future__ import annotations

import sys

from tests.connectors.sources.payloads import SOURCES, payloads_of


def main(words: list[str]) -> int:
    """Write the golden files of the sources named; files whose payload is gone are taken away."""
    if not words or words[0] != "write" or (unknown := [word for word in words[1:] if word not in SOURCES]):
        print(f"usage: python -m tests.goldens write [source …]; sources: {', '.join(SOURCES)}", file=sys.stderr)
        print(f"no such source: {', '.join(unknown)}" if words[:1] == ["write"] else "", file=sys.stderr)
        return 2
    for name in words[1:] or SOURCES:
        found = payloads_of(SOURCES[name])
        for payload in found:
            payload.golden.parent.mkdir(parents=True, exist_ok=True)
            payload.golden.write_text(payload.told())
            records = payload.records()
            said = ", ".join(f"{sum(type(one).__name__ == kind for one in records)} {kind}" for kind in _KINDS)
            print(f"{name}/{payload.path.name}: {said}")
        folder = found[0].golden.parent if found else None
        for left in sorted(set(folder.glob("*.json")) - {one.golden for one in found}) if folder else ():
            left.unlink()
            print(f"{name}: {left.name} had no payload any more")
    return 0


_KINDS = ("Finding", "Snapshot", "ComponentSeen", "Statement", "Quarantined")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
