"""console.oidc of config/suture.yaml: the company's own sign-in. Half of one is a mistake, not a weaker one."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.settings.read_secret import HOW, read_secret
from bot.settings.section import Section
from bot.settings.units import check_address
from bot.settings.values import Oidc


def read_oidc(section: Section, *, enabled: bool) -> Oidc:
    """The provider; ``enabled`` tells whether the console is, without which no secret is needed."""
    default = Oidc()
    issuer = section.text("issuer", check=_check_issuer)
    oidc = Oidc(
        issuer=issuer,
        client_id=section.text("client_id"),
        client_secret=read_secret(section, "client_secret", resolve=enabled),
        name=section.text("name", urlsplit(issuer).netloc),
        scopes=section.texts("scopes", check=_check_scope) or default.scopes,
        groups_claim=section.text("groups_claim", default.groups_claim),
    )
    for key in ("issuer", "client_id", "client_secret"):
        if section.written() and not section.has(key):
            section.missing(key, HOW if key == "client_secret" else "")
    if section.has("scopes") and "openid" not in oidc.scopes:
        section.problem("scopes", 'has no "openid"', "write [openid, email, profile]")
    return oidc


def _check_issuer(text: str) -> None:
    check_address(text)
    parts = urlsplit(text)
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("write the issuer as the provider's own document does, without ? # or a name and password")


def _check_scope(text: str) -> None:
    if not text.isascii() or not text.isprintable() or any(c in text for c in ' "\\'):
        raise ValueError("write one scope an item, such as groups")
