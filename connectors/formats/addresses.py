"""Which end of a connection a network sensor's finding is about: the host that is ours."""

from __future__ import annotations

import ipaddress

# RFC 1918, RFC 6598, RFC 4193, link-local; the documentation's networks, which Python calls private too, are not ours.
_INSIDE = tuple(
    ipaddress.ip_network(one)
    for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10")
)


def is_inside(address: str) -> bool:
    """Whether an address is of a private network; False for a text that is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in _INSIDE if network.version == found.version)


def ours(source: str, destination: str) -> str:
    """The one end that is inside. The destination where both or neither are; "" where neither end is told."""
    if source and is_inside(source) and not is_inside(destination):
        return source
    return destination or source


def other_end(resource: str, source: str, destination: str) -> str:
    """The end that is not ``resource``."""
    return destination if resource == source else source
