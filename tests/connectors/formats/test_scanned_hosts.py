"""What scanners of hosts share: an address is a place only where it names a host."""

from __future__ import annotations

import pytest

from connectors.formats.scanned_hosts import scanned_host, web_place


@pytest.mark.parametrize(
    "address",
    ["", "..", ".:443", "../../etc/passwd", "https://[::1", "\x00"],
    ids=["empty", "dots", "port", "path", "half", "nul"],
)
def test_what_names_no_host_is_no_place(address: str) -> None:
    assert web_place(address) is None


def test_a_host_of_dots_alone_keeps_its_name() -> None:
    assert [scanned_host(name).id for name in ("..", "Shop.example.com.")] == ["..", "shop.example.com"]
