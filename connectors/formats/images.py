"""Container images under one name: that of their repository, without the tag and digest that change with each build."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BY_DIGEST = re.compile(r"(?P<name>[^@\s]+)@(?P<digest>sha256:[0-9a-f]{64})", re.ASCII)
_TAG = re.compile(r":[\w][\w.-]{0,127}$", re.ASCII)  # OCI distribution: after the last slash, so a port is none
_HUB = ("index.docker.io/", "registry-1.docker.io/", "docker.io/")


def image_repository(reference: str) -> str:
    """``registry.example.com:5000/payments/api`` of the like with ``:1.4.2`` or ``@sha256:…``.

    Docker Hub's images have the short name that people type: ``python`` of ``index.docker.io/library/python:3``.
    """
    name = _TAG.sub("", reference.partition("@")[0].strip())
    for host in _HUB:
        if name.startswith(host):
            return name.removeprefix(host).removeprefix("library/")
    return name


def named_by_digest(references: Iterable[str]) -> tuple[str, str]:
    """(repository, digest) of the first reference that has a digest (``api@sha256:…``); ("", "") when none has."""
    found = next((match for one in references if (match := _BY_DIGEST.fullmatch(one))), None)
    return (image_repository(found["name"]), found["digest"]) if found else ("", "")
