"""Container images in package URLs: their repository and digest.

``pkg:oci`` is defined in the purl specification's types: the version is the digest, ``repository_url`` the repository.
"""

from __future__ import annotations

from connectors.formats.images import image_repository
from connectors.formats.purls import purl_of
from connectors.text import unquoted


def image_of(purl: str) -> tuple[str, str]:
    """(repository, digest) of a ``pkg:oci`` purl, "" for what it does not tell; ("", "") for every other text."""
    if not purl.startswith("pkg:oci/"):
        return "", ""
    try:
        parsed = purl_of(purl)
    except ValueError:
        return "", ""
    told = parsed.qualifiers.get("repository_url", "") if isinstance(parsed.qualifiers, dict) else ""
    digest = unquoted(parsed.version or "")
    return image_repository(unquoted(told)), digest if digest.startswith("sha256:") else ""
