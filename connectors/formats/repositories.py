"""Repositories under one name, whoever tells of them: ``github.com/acme/payments``."""

from __future__ import annotations

import re

_SCP = re.compile(r"(?:[\w.-]+@)?([\w.-]+\.[\w-]+):(?!/)(.+)", re.ASCII)
_WRITTEN_OUT = re.compile(r"[a-z][a-z0-9+.-]*://.+|git@.+", re.ASCII)  # as a browser or git shows it
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]+@)?([\w.-]+\.[\w-]+)(?::\d+)?/(.+)", re.ASCII)


def repository_name(told: str) -> str:
    """Host and path of a repository's address without scheme, user, port and ``.git``; other text as it is."""
    found = _ADDRESS.fullmatch(told.strip()) or _SCP.fullmatch(told.strip())
    if not found:
        return told.strip()
    path = found.group(2).strip("/").removesuffix(".git")
    return f"{found.group(1).lower()}/{path}"


def as_named(told: str) -> str:
    """What a sender calls the thing scanned: an address that is plainly one as :func:`repository_name` has it.

    Any other text stays, since it may be an image (``registry.example.com:5000/shop``), a host or a cluster.
    """
    return repository_name(told) if _WRITTEN_OUT.fullmatch(told) else told
