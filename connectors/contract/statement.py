"""What somebody says of a vulnerability in a product, whether or not any tool finds it there: VEX.

The words are those of "Minimum Requirements for Vulnerability Exploitability eXchange" (CISA, 2023), which OpenVEX,
CSAF and CycloneDX share.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from connectors.contract.told import Told


class Stated(StrEnum):
    """What is said. Only NOT_AFFECTED and FIXED can close a finding."""

    NOT_AFFECTED = "not affected"
    FIXED = "fixed"  # in this version of the product
    AFFECTED = "affected"
    UNDER_INVESTIGATION = "under investigation"


class Statement(Told, frozen=True, kw_only=True):
    """One vulnerability in one product, as the author of one document says it.

    It speaks of the package ``component`` inside ``products`` or, where ``component`` is "", of the product itself:
    a package wherever it is, or a whole resource.
    """

    document: str  # the document's own id
    vuln_ids: tuple[str, ...]  # sorted; CVE first
    status: Stated
    products: tuple[str, ...]  # names of one product, any of which suffices: a purl, a resource's name
    component: str = ""  # the package inside it, as a purl
    versions: str = ""  # of the component, else of the product: a VERS range where the purl names no version
    justification: str = ""  # vulnerable_code_not_in_execute_path …
    impact: str = ""  # the author's own words, at most 2,000 characters
    author: str = ""
    at: datetime | None = None  # when it was said
    pointer: str = ""


class Stating(Told, frozen=True, kw_only=True):
    """A document that states, told after its statements: what an earlier version of it said besides is withdrawn."""

    document: str
    version: str = ""
    at: datetime | None = None  # when this version was made; an older one changes nothing any more
