"""Durations, sizes, addresses and globs as people write them. A check raises ValueError with what to write instead."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h|d|w)\Z")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_SIZE = re.compile(r"([0-9]+)\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)?\Z")
_BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_TEN_YEARS = timedelta(days=3660)


def parse_duration(text: str) -> timedelta:
    """``500ms``, ``30s``, ``15m``, ``24h``, ``7d``, ``2w``; more than nothing and at most ten years."""
    match = _DURATION.match(text.strip())
    if not match:
        raise ValueError("write a number and ms, s, m, h, d or w, such as 30m or 7d")
    seconds = float(match[1]) * _SECONDS[match[2]]
    if not 0 < seconds <= _TEN_YEARS.total_seconds():
        raise ValueError("write a time of more than nothing and at most ten years")
    return timedelta(seconds=seconds)


def parse_size(text: str) -> int:
    """``1048576``, ``512 KiB``, ``25 MB`` as bytes."""
    match = _SIZE.match(text.strip())
    if not match or int(match[1]) == 0:
        raise ValueError("write a number of bytes, or a number and kB, MB, GB, KiB, MiB or GiB, such as 25 MB")
    return int(match[1]) * _BYTES[match[2] or "B"]


def check_address(text: str) -> None:
    """An https address; http only on this machine, since secrets travel on it."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return
    if parts.scheme == "http" and _is_this_machine(host):
        return
    raise ValueError("write an https:// address (http:// only for this machine)")


def check_glob(text: str) -> None:
    """A glob: ``*``, ``?`` and ``[…]``."""
    if text.count("[") != text.count("]"):
        raise ValueError("close every [ of the pattern with a ]")


def check_zone(text: str) -> None:
    """A time zone by its name in the IANA database."""
    try:
        ZoneInfo(text)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError; a folder or a strange name is one of these
        raise ValueError("write a time zone's name, such as Europe/Lisbon or UTC") from None
    except KeyError:
        raise ValueError("there is no such time zone; write a name such as Europe/Lisbon or UTC") from None


def has_password(url: str) -> bool:
    """Whether a URL carries a password, which then is a secret and not for a config file."""
    return urlsplit(url).password is not None


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
