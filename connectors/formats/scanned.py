"""What a report of a repository is about, where its tool does not say it: the sender's name for it, else each file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Resource
from connectors.formats.repositories import repository_name

NO_NAME = (
    "the report does not say which repository it is about; post it with the header X-Suture-Resource so that its "
    "findings can be told apart from another's"
)


@dataclass(frozen=True, slots=True)
class Scanned:
    """``name`` and ``scope`` are "" when nobody said what was scanned, since then nothing can be called absent."""

    name: str
    scope: str
    observed_at: datetime | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        return () if self.name else (NO_NAME,)

    def at(self, path: str = "", line: int | None = None) -> Resource:
        """The repository with a place in it; the file itself where nobody named the repository."""
        return Resource(
            id=self.name or path or ".",
            type="repository" if self.name else "file" if path else "directory",
            name=self.name or path or ".",
            repository=self.name,
            path=path,
            line=line,
        )


def scanned(source: str, named: str, *parts: str, at: datetime | None = None) -> Scanned:
    """``parts`` tell this report from others that the same tool makes of the same repository."""
    name = repository_name(named)
    return Scanned(name, " ".join(filter(None, (source, name, *parts))) if name else "", at)


def relative(path: str) -> str:
    """A path as tools write it (``./src/a.py``, ``/src/a.py``, ``src\\a.py``) below what was scanned."""
    return path.replace("\\", "/").removeprefix("./").lstrip("/")
