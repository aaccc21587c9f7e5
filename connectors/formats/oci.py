"""Container images in package URLs and references: their repository and digest.

``pkg:oci`` is defined in the purl specification's types: the version is the digest, ``repository_url`` the repository.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from packageurl import PackageURL

_TAG = re.compile(r":[\w][\w.-]{0,127}$", re.ASCII)  # after the last slash, so that a port is none


def repository_of(reference: str) -> str:
    """``registry.example.com:5000/payments/api`` of the like with ``:1.4`` or ``@sha256:…``."""
    return _TAG.sub("", reference.partition("@")[0].strip())


def image_of(purl: str) -> tuple[str, str]:
    """(repository, digest) of a ``pkg:oci`` purl, "" for what it does not tell; ("", "") for every other text."""
    if not purl.startswith("pkg:oci/"):
        return "", ""
    try:
        parsed = PackageURL.from_string(purl)
    except ValueError:
        return "", ""
    told = parsed.qualifiers.get("repository_url", "") if isinstance(parsed.qualifiers, dict) else ""
    digest = unquote(parsed.version or "")
    return repository_of(unquote(told)), digest if digest.startswith("sha256:") else ""
